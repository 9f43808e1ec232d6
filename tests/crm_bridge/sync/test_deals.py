"""Deals and companies in step, both ways, with each CRM that has a fake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import select

from crm_bridge.core.database import Database
from crm_bridge.deals import in_force
from crm_bridge.deals.amount import Amount
from crm_bridge.deals.models import Deal
from crm_bridge.deals.pipeline import load
from crm_bridge.deals.service import StageUnknown
from crm_bridge.sync.deals_home import DealsHome
from tests.crm_bridge.deals.test_in_force import TWO
from tests.crm_bridge.sync.fake_house import House

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Columns:
    """What deals and companies are called in a CRM. `refers` is the field that holds the
    company's or the person's id (and in which table that one is)."""

    deals: str
    name: str
    amount: str
    stage: str
    meeting: Any
    companies: str
    company_name: str
    refers: tuple[str, str] | None = None
    is_stage_read: bool = True
    fixed: Mapping[str, Any] | None = None


COLUMNS: Final = {
    "hubspot": Columns(
        "deals", "dealname", "amount", "dealstage", "appointmentscheduled", "companies", "name"
    ),
    "salesforce": Columns(
        "Opportunity",
        "Name",
        "Amount",
        "StageName",
        "Needs Analysis",
        "Account",
        "Name",
        ("AccountId", "Account"),
        fixed={"CloseDate": "2026-12-01"},
    ),
    "odoo": Columns(
        "crm.lead",
        "name",
        "expected_revenue",
        "stage_id",
        2,
        "res.partner",
        "name",
        ("partner_id", "res.partner"),
        fixed={"type": "opportunity"},
    ),
    "dataverse": Columns(
        "opportunities",
        "name",
        "estimatedvalue",
        "usher_stage",
        "meeting_booked",
        "accounts",
        "name",
        is_stage_read=False,
    ),
}
everywhere = pytest.mark.parametrize("house", sorted(COLUMNS), indirect=True)


async def our_deals(database: Database) -> list[Deal]:
    async with database.reading() as session:
        return list((await session.scalars(select(Deal).order_by(Deal.id))).all())


@everywhere
@on_sqlite
async def test_a_deal_goes_there_with_its_people_and_an_edit_is_one_write(house: House) -> None:
    fake, columns = house.place.fake, COLUMNS[house.place.system]
    person = await house.ours.contact(name="Ana Novak", emails=["ana@acme.si"])
    company = await house.ours.company("Acme", "acme.si")
    made = await house.ours.deal(
        "Acme", amount=Amount(1_250_050, "EUR"), contact_id=person, company_id=company
    )
    await house.ours.round(2)
    ((record_id, row),) = fake.table(columns.deals).items()
    assert row.fields[columns.name] == "Acme"
    assert float(row.fields[columns.amount]) == 12_500.5
    if columns.refers is not None:
        assert str(row.fields[columns.refers[0]]) in fake.table(columns.refers[1])
    writes = fake.writes
    await house.ours.move(made, "meeting_booked")
    await house.ours.round(3)
    assert fake.table(columns.deals)[record_id].fields[columns.stage] == columns.meeting
    assert fake.writes == writes + 1
    await house.ours.reconcile()
    assert fake.writes == writes + 1
    assert await house.ours.poison() == []


@everywhere
@on_sqlite
async def test_a_deal_of_the_crm_comes_here_and_follows_it(
    house: House, database: Database
) -> None:
    fake, columns = house.place.fake, COLUMNS[house.place.system]
    stage = {columns.stage: columns.meeting} if columns.is_stage_read else {}
    values = {columns.name: "Moe AS", columns.amount: 900, **stage, **(columns.fixed or {})}
    record_id = fake.put(columns.deals, **values)
    await house.ours.round(2)
    (deal,) = await our_deals(database)
    assert (deal.name, deal.amount_minor, deal.currency) == ("Moe AS", 90_000, "EUR")
    assert deal.stage == ("meeting_booked" if columns.is_stage_read else "new")
    writes = fake.writes
    house.clock.passed += timedelta(seconds=5)
    fake.edit(columns.deals, record_id, **{columns.amount: 1000})
    await house.ours.round(3)
    (deal,) = await our_deals(database)
    assert deal.amount_minor == 100_000
    assert fake.writes == writes


@everywhere
@on_sqlite
async def test_a_company_goes_there_as_soon_as_it_is_known(house: House) -> None:
    columns = COLUMNS[house.place.system]
    await house.ours.round()
    await house.ours.company("Acme", "acme.si")
    await house.ours.round()
    (row,) = house.place.fake.table(columns.companies).values()
    assert row.fields[columns.company_name] == "Acme"


@on_sqlite
async def test_a_stage_that_has_no_name_here_changes_nothing(
    house: House, database: Database
) -> None:
    made = await house.ours.deal("Acme", stage="proposal")
    await house.ours.round(2)
    ((record_id, _),) = house.place.fake.table("deals").items()
    house.clock.passed += timedelta(seconds=5)
    house.place.fake.edit("deals", record_id, dealstage="our-own", amount="5")
    await house.ours.round(3)
    (deal,) = await our_deals(database)
    assert (deal.id, deal.stage, deal.amount_minor) == (made, "proposal", 500)
    assert house.place.fake.table("deals")[record_id].fields["dealstage"] == "our-own"
    (poison,) = await house.ours.poison()
    assert poison.error.startswith("stage:")


@pytest.mark.parametrize("house", ["salesforce"], indirect=True)
@on_sqlite
async def test_a_deal_that_cannot_be_taken_over_stops_no_other(
    house: House, database: Database
) -> None:
    for name in ("Before", None, "Behind"):
        fields = {"Name": name, "StageName": "Needs Analysis", "CloseDate": "2026-12-01"}
        house.place.fake.save("Opportunity", None, fields)
    await house.ours.round()
    async with database.reading() as session:
        found = {deal.name for deal in await session.scalars(select(Deal))}
    assert found == {"Before", "Behind"}
    (poison,) = await house.ours.poison()
    assert poison.error.startswith("deal_without_name")


@on_sqlite
async def test_a_deal_comes_in_and_changes_in_the_pipeline_that_the_crm_names(
    house: House, database: Database
) -> None:
    row = await house.ours.connection()
    home = DealsHome(row.id)
    now = house.clock.now()
    async with database.transaction() as session:
        await in_force.put_in_force(session, load(TWO))
        said = {"name": "Acme", "pipeline": "renewals", "stage": "due"}
        deal_id = await home.create(session, said, by="crm:1", now=now)
        found = await home.read(session, [deal_id], ["pipeline", "stage"])
        assert found[deal_id].values == {"pipeline": "renewals", "stage": "due"}
        moved = {"pipeline": "sales", "stage": "meeting_booked"}
        await home.update(session, deal_id, moved, by="crm:1", now=now)
        found = await home.read(session, [deal_id], ["pipeline", "stage"])
        assert found[deal_id].values == moved
        with pytest.raises(StageUnknown):
            await home.update(session, deal_id, {"stage": "due"}, by="crm:1", now=now)
