"""Files of other systems come in as they are, and a run that was cut short goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm_bridge.companies.models import Company
from crm_bridge.contacts import csv_run
from crm_bridge.contacts.csv_columns import layout
from crm_bridge.contacts.csv_import import Outcome, Sheet, read
from crm_bridge.contacts.email_address import BadEmail, email_kind, normalise_email
from crm_bridge.contacts.lookup import by_external_id
from crm_bridge.contacts.models import Contact, ImportRun
from crm_bridge.contacts.quick_forms import quick_email, quick_kind
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.properties.service import New, declare
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

HUBSPOT = """Record ID,First Name,Last Name,Email,Phone Number,Job Title,Contact owner,Lifecycle Stage,Lead Status,Create Date
101,Ana,Novak,ana@acme.si,+386 40 123 456,CTO,maja,Sales Qualified Lead,Open,2026-01-01
102,Bor,Zupan,bor@acme.si,3.86E+10,,maja,Customer,,2026-01-02
103,No,Address,,,,,,,
"""
SALESFORCE = """Id,AccountId,LastName,FirstName,Email,LeadSource,OwnerId,CreatedDate,MobilePhone
003A,001X,Novak,Ana,ana@acme.si,Web,005U,2026-01-01,+38640123456
"""
DYNAMICS = (
    "(Do Not Modify) Contact;(Do Not Modify) Row Checksum;(Do Not Modify) Modified On;"
    "First Name;Last Name;Email;Business Phone\n"
    "9f7f2a7e-0000-4000-8000-1;x;2026;Łukasz;Żak;lukasz@firma.pl;+48 22 123 45 67\n"
)


async def bring_in(
    database: Database, sheet: Sheet, *, most: int | None = None, fill: bool = False
) -> list[Outcome]:
    rows = sheet.rows[:most]
    async with database.transaction() as session:
        return await csv_run.import_batch(
            session, rows, system=sheet.layout, fill=fill, by="import:x.csv", now=NOW
        )


async def test_a_hubspot_export(database: Database) -> None:
    sheet = read(HUBSPOT.encode())
    assert sheet.layout == "hubspot"
    outcomes = await bring_in(database, sheet)
    assert [one.action for one in outcomes] == ["add", "add", "refuse"]
    assert outcomes[1].notes == ("rounded by a spreadsheet: 3.86E+10",)
    assert outcomes[2].reason == "no usable address or number"
    async with database.reading() as session:
        ana = await by_external_id(session, "hubspot", "101")
        assert ana is not None
        assert (ana.name, ana.owner, ana.lifecycle_stage) == ("Ana Novak", "maja", "qualified")
        assert ana.properties == {
            "Job Title": "CTO",
            "Lead Status": "Open",
            "Create Date": "2026-01-01",
        }
        assert [row.number for row in ana.phones] == ["+38640123456"]
        assert ana.emails[0].kind == "business"
        news = select(func.count()).where(DomainEvent.name == "contact.created")
        assert await session.scalar(news) == 2
        companies = await session.scalar(select(func.count()).select_from(Company))
        made = select(func.count()).where(DomainEvent.name == "company.created")
        assert await session.scalar(made) == companies


async def test_a_salesforce_export(database: Database) -> None:
    sheet = read(SALESFORCE.encode("utf-16"))
    assert sheet.layout == "salesforce"
    await bring_in(database, sheet)
    async with database.reading() as session:
        ana = await by_external_id(session, "salesforce", "003A")
        assert ana is not None
        assert (ana.name, ana.owner) == ("Ana Novak", "005U")
        assert "AccountId" not in ana.properties


async def test_a_dynamics_export_in_a_windows_code_page(database: Database) -> None:
    sheet = read(DYNAMICS.encode("cp1250"))
    assert sheet.layout == "dynamics"
    await bring_in(database, sheet)
    async with database.reading() as session:
        one = await by_external_id(session, "dynamics", "9f7f2a7e-0000-4000-8000-1")
        assert one is not None
        assert (one.name, one.properties) == ("Łukasz Żak", {})
        assert [row.number for row in one.phones] == ["+48221234567"]


async def test_who_is_there_by_id_or_address_is_left_and_remembered(database: Database) -> None:
    known = await make_contact(database, emails=["ana@acme.si"])
    outcomes = await bring_in(database, read(HUBSPOT.encode()))
    assert (outcomes[0].action, outcomes[0].contact_id) == ("leave", known)
    renamed = HUBSPOT.replace("ana@acme.si", "ana.novak@acme.si")
    again = await bring_in(database, read(renamed.encode()))
    assert (again[0].action, again[0].contact_id) == ("leave", known), "by its HubSpot id"


async def test_one_company_is_made_for_many_of_its_people(database: Database) -> None:
    lines = [f"p{n}@acme.io,Acme Ltd" for n in range(5)]
    lines += [f"q{n}@gmail.com,Zeta d.o.o." for n in range(5)]
    sheet = read("\n".join(["email,company", *lines]).encode())
    await bring_in(database, sheet, most=3)
    await bring_in(database, sheet)
    async with database.reading() as session:
        rows = (await session.scalars(select(Company).order_by(Company.name))).all()
        assert [row.name for row in rows] == ["Acme Ltd", "Zeta d.o.o."]
        assert [row.domain for row in rows[0].domains] == ["acme.io"]
        linked = (await session.scalars(select(Contact.company_id).distinct())).all()
        assert set(linked) == {row.id for row in rows}


async def test_a_run_that_was_cut_short_goes_on_where_it_stood(database: Database) -> None:
    sheet = read(HUBSPOT.encode())
    run = csv_run.run_id(HUBSPOT.encode(), region=None, fill=False)
    async with database.transaction() as session:
        started = await csv_run.begin(session, run, sheet, file="x.csv", now=NOW)
        assert started.done == 0
        first = await csv_run.import_batch(
            session, sheet.rows[:1], system="hubspot", fill=False, by="import:x", now=NOW
        )
        await csv_run.note(session, run, first, now=NOW)
    async with database.transaction() as session:
        started = await csv_run.begin(session, run, sheet, file="x.csv", now=NOW)
        assert started.done == 1
        rest = await csv_run.import_batch(
            session, sheet.rows[1:], system="hubspot", fill=False, by="import:x", now=NOW
        )
        await csv_run.note(session, run, rest, now=NOW)
    async with database.transaction() as session:
        row = await session.get_one(ImportRun, run)
        assert (row.done, row.finished_at) == (3, NOW)
        assert row.counts == {"add": 2, "refuse": 1}
        again = await csv_run.begin(session, run, sheet, file="x.csv", now=NOW)
        assert again.done == 0, "a finished run may be repeated"


def test_a_file_of_nobody_we_know_is_generic() -> None:
    assert layout(["Name", "E-mail", "Id"]).name == "generic"


@given(st.one_of(st.emails(), st.text(max_size=20)))
def test_the_quick_form_of_an_address_is_the_careful_one(text: str) -> None:
    try:
        careful = normalise_email(text)
    except BadEmail:
        with pytest.raises(BadEmail):
            quick_email(text)
    else:
        assert quick_email(text) == careful
        assert quick_kind(careful) == email_kind(careful)


async def test_a_column_that_means_a_declared_property_comes_in_as_it(database: Database) -> None:
    async with database.transaction() as session:
        size = New("contact", "Company size", "number", default="1")
        await declare(session, size, by="u", now=NOW)
    ana = await make_contact(database, emails=["ana@acme.si"], properties={"Company size": "7"})
    bor = await make_contact(database, emails=["bor@acme.si"], properties={"Company size": ""})
    lines = ["ana@acme.si,9", "bor@acme.si,many", "cene@acme.si,1.200", "dora@acme.si,few"]
    sheet = read("\n".join(["email,Velikost podjetja", *lines]).encode())
    outcomes = await bring_in(database, sheet, fill=True)
    assert [one.action for one in outcomes] == ["leave", "leave", "add", "add"]
    assert [one.notes for one in outcomes] == [
        (), ("Company size: no number: many",), (), ("Company size: no number: few",),
    ]  # fmt: skip
    async with database.reading() as session:
        people = {one.id: one.properties for one in await session.scalars(select(Contact))}
    assert people.pop(ana) == {"Company size": "7"}
    people.pop(bor)
    assert list(people.values()) == [{"Company size": "1200"}, {"Company size": "1"}]
