"""A look-up finds people by whatever is known of them, and says by what."""

from crm_bridge.companies import service as companies
from crm_bridge.contacts.lookup import look_up
from crm_bridge.contacts.models import ContactExternalId
from crm_bridge.core.database import Database
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact


async def test_each_way_finds_the_contact_with_its_reason(database: Database) -> None:
    async with database.transaction() as session:
        company = await companies.create(session, "Acme", domains=["acme.io"], by="rep:1", now=NOW)
    jane = await make_contact(database, phones=["+38640111222"], company_id=company.id)
    async with database.transaction() as session:
        session.add(
            ContactExternalId(system="tryton", external_id="7", contact_id=jane, added_at=NOW)
        )
    ways = {
        "email": {"email": " Jane@ACME.io"},
        "phone": {"phone": "+386 40 111 222"},
        "external_id": {"external": ("tryton", "7")},
        "domain": {"domain": "www.acme.io"},
        "name": {"name": "Dow, Jane"},
    }
    async with database.reading() as session:
        for by, given in ways.items():
            (found,) = await look_up(session, **given)
            assert (found.contact.id, found.by) == (jane, by)
            assert found.reason
            assert (found.nearness < 1) == (by == "name")
        (once,) = await look_up(session, email="jane@acme.io", name="Jane Doe")
        assert once.by == "email"


async def test_what_fits_nobody_finds_nobody(database: Database) -> None:
    await make_contact(database)
    async with database.reading() as session:
        assert await look_up(session) == []
        assert await look_up(session, email="no address", phone="x", name="J") == []
        assert await look_up(session, domain="gmail.com") == []
        assert await look_up(session, name="Jeremiah Johnson") == []
        assert await look_up(session, external=("tryton", "8")) == []
