"""Holds that ran out are swept away, told once, and nothing else is."""

from datetime import timedelta

from sqlalchemy import select, update

from crm_bridge.booking import service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import Sweeper
from crm_bridge.booking.hold_news import HoldNews
from crm_bridge.booking.models import Booking, Claim
from crm_bridge.chat.models import Turn
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import Delivery, Dispatcher, DomainEvent
from tests.crm_bridge.booking.makers import at, make_conversation
from tests.crm_bridge.conftest import NOW


async def test_the_sweep_ends_holds_that_ran_out_and_tells_it_once(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
    assert await Sweeper(database, Clock(NOW)).sweep() == 0
    late = Sweeper(database, Clock(NOW + timedelta(minutes=6)))
    assert [await late.sweep(), await late.sweep()] == [1, 0]
    async with database.reading() as session:
        assert list(await session.scalars(select(Booking.status))) == ["expired"]
        assert list(await session.scalars(select(Claim))) == []
        told = select(DomainEvent).where(DomainEvent.name == "hold.expired")
        (event,) = await session.scalars(told)
        assert event.data["conversation"] == visitor


async def test_the_sweep_leaves_bookings_and_running_holds_alone(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    other = await make_conversation(database)
    soon = NOW + timedelta(minutes=4)
    async with database.transaction() as session:
        held = await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
        await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
        await service.hold(session, other, at("12 09:00"), desk=desk, now=soon)
    assert await Sweeper(database, Clock(NOW + timedelta(minutes=6))).sweep() == 0
    async with database.reading() as session:
        statuses = list(await session.scalars(select(Booking.status).order_by(Booking.start_at)))
    assert statuses == ["booked", "held"]


async def _turns(database: Database, conversation: str) -> list[str | None]:
    async with database.reading() as session:
        rows = await session.scalars(select(Turn).where(Turn.conversation_id == conversation))
        return [row.utterance.get("system") for row in rows]


async def _swept(database: Database, desk: Desk, visitor: str) -> Dispatcher:
    async with database.transaction() as session:
        await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
    late = Clock(NOW + timedelta(minutes=6))
    await Sweeper(database, late).sweep()
    news = HoldNews(database, late)
    return Dispatcher(database, late, {"hold.expired": [("say", news.on_hold_expired)]})


async def test_the_bot_says_once_that_a_hold_ran_out(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    dispatcher = await _swept(database, desk, visitor)
    await dispatcher.deliver_due()
    async with database.transaction() as session:
        await session.execute(update(Delivery).values(done_at=None, next_at=NOW))
    await dispatcher.deliver_due()
    assert await _turns(database, visitor) == ["hold_expired"]


async def test_the_bot_is_quiet_where_the_visitor_has_gone_on(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    dispatcher = await _swept(database, desk, visitor)
    async with database.transaction() as session:
        later = NOW + timedelta(minutes=6)
        await service.hold(session, visitor, at("12 09:00"), desk=desk, now=later)
    await dispatcher.deliver_due()
    assert await _turns(database, visitor) == []
