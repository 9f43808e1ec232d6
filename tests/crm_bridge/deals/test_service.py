"""A conversation has one deal, which moves through its pipeline's stages."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.deals import service
from crm_bridge.deals.amount import Amount
from crm_bridge.deals.models import Deal
from crm_bridge.deals.service import DealUnknown, StageUnknown
from tests.crm_bridge.conftest import NOW

LATER = NOW + timedelta(hours=1)


async def open_one(database: Database, name: str = "Acme", stage: str = "new") -> Deal:
    async with database.transaction() as session:
        return await service.open_deal(
            session, name, conversation_id="cnv_1", stage=stage, score=50, now=NOW
        )


async def move(database: Database, deal_id: str, stage: str, *, only_forward: bool = False) -> Deal:
    async with database.transaction() as session:
        return await service.move_to_stage(
            session, deal_id, stage, only_forward=only_forward, now=LATER
        )


async def news(database: Database) -> list[str]:
    async with database.reading() as session:
        return list((await session.scalars(select(DomainEvent.name))).all())


async def test_opening_again_brings_the_same_deal_up_to_date(database: Database) -> None:
    first = await open_one(database)
    again = await open_one(database, "Acme Ltd")
    assert (again.id, again.name) == (first.id, "Acme Ltd")
    assert sorted(await news(database)) == ["deal.changed", "deal.opened"]
    await open_one(database, "Acme Ltd")
    assert len(await news(database)) == 2


async def test_openings_at_once_make_one_deal(database: Database) -> None:
    made = await asyncio.gather(*(open_one(database) for _ in range(6)))
    assert len({deal.id for deal in made}) == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Deal)) == 1


async def test_deals_without_a_conversation_are_each_their_own(database: Database) -> None:
    async with database.transaction() as session:
        one = await service.open_deal(session, "A", now=NOW)
        other = await service.open_deal(session, "B", amount=Amount(5, "EUR"), now=NOW)
    assert one.id != other.id


async def test_a_deal_further_along_keeps_its_stage_when_opened_again(database: Database) -> None:
    deal = await open_one(database)
    await move(database, deal.id, "proposal")
    assert (await open_one(database)).stage == "proposal"


async def test_a_lost_deal_is_opened_again_and_a_won_one_stays(database: Database) -> None:
    deal = await open_one(database)
    await move(database, deal.id, "lost")
    again = await open_one(database)
    assert (again.stage, again.closed_at) == ("new", None)
    await move(database, deal.id, "won")
    won = await open_one(database)
    assert (won.stage, won.closed_at) == ("won", LATER)


async def test_moving_is_announced_with_both_stages(database: Database) -> None:
    deal = await open_one(database)
    await move(database, deal.id, "meeting_booked")
    await move(database, deal.id, "meeting_booked")
    assert (await news(database)).count("deal.moved") == 1


async def test_moving_only_forward_never_goes_back(database: Database) -> None:
    deal = await open_one(database)
    await move(database, deal.id, "proposal")
    assert (await move(database, deal.id, "meeting_booked", only_forward=True)).stage == "proposal"
    assert (await move(database, deal.id, "won", only_forward=True)).closed_at == LATER


async def test_unknown_stages_and_deals_are_refused(database: Database) -> None:
    deal = await open_one(database)
    with pytest.raises(StageUnknown):
        await move(database, deal.id, "nonsense")
    with pytest.raises(DealUnknown):
        await move(database, "dea_none", "won")
    with pytest.raises(StageUnknown):
        await open_one(database, stage="nonsense")
