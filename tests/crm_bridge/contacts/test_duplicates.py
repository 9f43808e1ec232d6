"""The job merges what is certain, lays the rest before a person, and says what is wrong."""

from datetime import timedelta

from crm_bridge.companies import service as companies
from crm_bridge.contacts import hygiene, service
from crm_bridge.contacts.merging import CONTACTS
from crm_bridge.contacts.models import Contact
from crm_bridge.core.database import Database
from crm_bridge.merging import duplicates
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact


async def crowd(database: Database, count: int = 120) -> None:
    """People who have nothing in common, so that the frequencies mean something."""
    cities = [f"City{n % 40}" for n in range(count)]
    async with database.transaction() as session:
        for n in range(count):
            values = {
                "name": f"Given{n} Family{n}",
                "emails": [f"person{n}@house{n}.com"],
                "properties": {"city": cities[n], "job": f"Job{n % 30}"},
            }
            await service.create(session, values, by="import:crowd", now=NOW)


async def test_a_certain_pair_is_merged_and_a_likely_one_suggested(database: Database) -> None:
    await crowd(database)
    facts = {"city": "Maribor", "job": "Baker"}
    phone = {"phones": ["+38640111222"], "country": "SI", "language": "sl"}
    kept = await make_contact(
        database, name="Ana Kvarner", emails=["ana@acme.si"], properties=facts, **phone
    )
    await make_contact(database, name="Ana Kvarner", emails=[], properties=facts, **phone)
    likely = await make_contact(
        database, name="Bor Zupan", emails=["bor.zupan@a.si"], phones=["+38640999888"]
    )
    other = await make_contact(
        database, name="Bor Zupan", emails=["bor.zupan@gmail.com"], phones=["+38640999888"]
    )
    async with database.transaction() as session:
        found = await duplicates.search(CONTACTS, session, merge_certain=True, now=NOW)
        assert len(found.merged) == 1
        waiting = await duplicates.open_suggestions(CONTACTS, session, limit=10)
        assert [(row.first_id, row.second_id) for row in waiting] == [(likely, other)]
        assert "same phone" in waiting[0].reasons
        assert await session.get(Contact, kept) is not None


async def test_a_pair_that_a_person_parted_is_not_suggested_again(database: Database) -> None:
    await crowd(database)
    for address in ("bor.zupan@a.si", "bor.zupan@gmail.com"):
        await make_contact(database, name="Bor Zupan", emails=[address], phones=["+38640999888"])
    async with database.transaction() as session:
        await duplicates.search(CONTACTS, session, merge_certain=False, now=NOW)
        (row,) = await duplicates.open_suggestions(CONTACTS, session, limit=10)
        await duplicates.decide(CONTACTS, session, row.id, same=False, by="rep:1", now=NOW)
    async with database.transaction() as session:
        found = await duplicates.search(CONTACTS, session, merge_certain=False, now=NOW)
        assert found.suggested == 0


async def test_a_pair_that_a_person_confirms_becomes_one(database: Database) -> None:
    await crowd(database)
    for address in ("bor.zupan@a.si", "bor.zupan@gmail.com"):
        await make_contact(database, name="Bor Zupan", emails=[address], phones=["+38640999888"])
    async with database.transaction() as session:
        await duplicates.search(CONTACTS, session, merge_certain=False, now=NOW)
        (row,) = await duplicates.open_suggestions(CONTACTS, session, limit=10)
        first = row.first_id
        await duplicates.decide(CONTACTS, session, row.id, same=True, by="rep:1", now=NOW)
    async with database.reading() as session:
        contact = await service.get(session, first)
        assert len(contact.emails) == 2
        assert await duplicates.open_suggestions(CONTACTS, session, limit=10) == []


async def test_the_report_names_who_needs_what(database: Database) -> None:
    bounced = await make_contact(database, emails=["a@acme.io"], owner="maja")
    nobody = await make_contact(database, name=None, emails=[], owner="maja")
    async with database.transaction() as session:
        (await service.get(session, bounced)).emails[0].bounced_at = NOW
    async with database.reading() as session:
        state = await hygiene.report(session, now=NOW)
        said = {finding.ailment: finding.contact_ids for finding in state.findings}
        assert said["bounced"] == (bounced,)
        assert said["no_address"] == (nobody,)
        assert said["no_name"] == (nobody,)
        assert "no_owner" not in said
        assert "quiet" not in said
        later = await hygiene.report(session, now=NOW + timedelta(days=800))
        assert {finding.ailment: finding.count for finding in later.findings}["quiet"] == 2
        text = "\n".join(hygiene.lines(state, []))
        assert "bounced: mail came back" in text


async def test_an_address_of_another_company_is_an_old_job(database: Database) -> None:
    async with database.transaction() as session:
        company = await companies.create(session, "Acme", domains=["acme.io"], by="rep:1", now=NOW)
    moved = await make_contact(database, emails=["a@elsewhere.com"], company_id=company.id)
    await make_contact(database, emails=["b@mail.acme.io"], company_id=company.id)
    async with database.reading() as session:
        state = await hygiene.report(session, now=NOW)
    said = {finding.ailment: finding.contact_ids for finding in state.findings}
    assert said["old_job"] == (moved,)
