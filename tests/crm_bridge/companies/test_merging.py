"""Two companies become one and two again; what may be one is laid before a person."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service
from crm_bridge.companies.match import CompanySeen, judged
from crm_bridge.companies.merging import COMPANIES
from crm_bridge.companies.models import Company, CompanyDomain, CompanySuggestion
from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Base, Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.deals import service as deals
from crm_bridge.deals.models import Deal
from crm_bridge.merging import duplicates
from crm_bridge.merging import merge as merging
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import key_headers, make_contact

LATER = NOW + timedelta(hours=1)


async def two(database: Database) -> tuple[str, str]:
    async with database.transaction() as session:
        kept = await service.create(
            session, "Acme d.o.o.", domains=["acme.si"], by="rep:1", now=NOW
        )
        values = {"country": "SI", "industry": "software", "properties": {"VAT": "SI50223054"}}
        gone = await service.create(
            session, "ACME", domains=["acme.com"], values=values, by="rep:1", now=NOW
        )
        kept_id, gone_id = kept.id, gone.id
        await deals.open_deal(session, "A deal", company_id=gone_id, now=NOW)
    await make_contact(database, company_id=gone_id)
    return kept_id, gone_id


async def snapshot(database: Database) -> dict[str, list[Any]]:
    left_out = {"company_merge", "domain_event", "delivery"}
    found = {}
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in left_out:
                columns = [column for column in table.c if column.name != "updated_at"]
                found[table.name] = sorted(map(repr, await session.execute(select(*columns))))
    return found


async def test_the_kept_company_takes_over_and_an_undone_merge_leaves_no_trace(
    database: Database,
) -> None:
    kept, gone = await two(database)
    before = await snapshot(database)
    async with database.transaction() as session:
        made = await merging.merge(
            COMPANIES, session, kept, gone, reasons=["same name"], by="r", now=LATER
        )
    async with database.reading() as session:
        company = await service.get(session, kept)
        assert (company.name, company.country, company.industry) == (
            "Acme d.o.o.",
            "SI",
            "software",
        )
        assert [row.domain for row in company.domains] == ["acme.com", "acme.si"]
        assert company.properties == {"VAT": "SI50223054"}
        assert (await session.scalars(select(Contact.company_id))).all() == [kept]
        assert (await session.scalars(select(Deal.company_id))).all() == [kept]
        assert "company.merged" in (await session.scalars(select(DomainEvent.name))).all()
        with pytest.raises(service.CompanyUnknown):
            await service.get(session, gone)
    async with database.transaction() as session:
        assert (await merging.undo(COMPANIES, session, made.id, now=LATER)).id == gone
    assert await snapshot(database) == before
    async with database.transaction() as session:
        with pytest.raises(merging.MergeUndone):
            await merging.undo(COMPANIES, session, made.id, now=LATER)


async def test_what_was_written_since_the_merge_stays(database: Database) -> None:
    kept, gone = await two(database)
    async with database.transaction() as session:
        made = await merging.merge(COMPANIES, session, kept, gone, by="r", now=LATER)
        await service.update(session, kept, {"country": "NO"}, by="r", now=LATER)
        await merging.undo(COMPANIES, session, made.id, now=LATER)
        company = await service.get(session, kept)
        assert (company.country, company.industry) == ("NO", None)
        with pytest.raises(merging.SameRecord):
            await merging.merge(COMPANIES, session, kept, kept, by="r", now=LATER)


async def test_a_person_decides_over_the_api_and_is_not_asked_twice(
    client: httpx.AsyncClient, database: Database
) -> None:
    kept, gone = await two(database)
    headers = await key_headers(database)
    at = "/api/v1/companies/duplicates"
    async with database.transaction() as session:
        assert await _suggested(session) == 1
        assert len((await session.scalars(select(Company))).all()) == 2  # nothing by itself
    (found,) = (await client.get(at, headers=headers)).json()["items"]
    assert {found["first_id"], found["second_id"]} == {kept, gone}
    assert "same name" in found["reasons"]
    apart = await client.post(f"{at}/{found['id']}", json={"same": False}, headers=headers)
    assert apart.json()["status"] == "apart"
    async with database.transaction() as session:
        assert await _suggested(session) == 0
        row = (await session.scalars(select(CompanySuggestion))).one()
        await duplicates.decide(COMPANIES, session, row.id, same=True, by="r", now=LATER)
        owners = set(await session.scalars(select(CompanyDomain.company_id)))
    assert len(owners) == 1
    wrong = await client.post("/api/v1/companies/merges/cmg_x/undo", headers=headers)
    assert (wrong.status_code, wrong.json()["code"]) == (404, "merge_unknown")


@pytest.mark.parametrize(
    ("one", "two", "suggested"),
    [
        ({"name": "acme", "country": "SI"}, {"name": "acme", "country": "NO"}, False),
        ({"name": "acme"}, {"name": "acme", "country": "NO"}, True),
        ({"name": "acme"}, {"name": "apex"}, False),
        (
            {"name": "acme", "properties": {"VAT": "SI 1"}},
            {"name": "acme", "properties": {"VAT": "SI2"}},
            False,
        ),
        (
            {"name": "acme", "properties": {"VAT": "SI 1"}},
            {"name": "zenit", "properties": {"VAT": "si1"}},
            True,
        ),
        (
            {"name": "acme labs", "domains": ("acme.si",)},
            {"name": "acme", "domains": ("b.si",)},
            False,
        ),
        (
            {"name": "acme group", "domains": ("acme.si",)},
            {"name": "acme grupo", "domains": ("acme.es",)},
            True,
        ),
    ],
)
def test_what_speaks_for_and_against(
    one: dict[str, Any], two: dict[str, Any], suggested: bool
) -> None:
    pair = judged(CompanySeen("com_1", **one), CompanySeen("com_2", **two))
    assert (pair is not None) == suggested
    assert pair is None or (pair.probability < 0.995 and pair.reasons)


async def _suggested(session: AsyncSession) -> int:
    found = await duplicates.search(COMPANIES, session, merge_certain=True, now=LATER)
    assert found.merged == (), "companies are never merged without a person"
    return found.suggested
