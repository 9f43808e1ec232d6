"""A visitor who has proved nothing changes nothing that was there before."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from crm_bridge.companies.models import Company
from crm_bridge.contacts import service
from crm_bridge.contacts.models import Contact, ContactEmail, IdentityClaim
from crm_bridge.contacts.service import ContactClaim
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.conftest import NOW

EXAMPLES = itertools.count()  # each example has conversations of its own
LATER = NOW + timedelta(minutes=1)


async def claim(database: Database, conversation: str = "cnv_1", **typed: Any) -> ContactClaim:
    async with database.transaction() as session:
        return await service.claim(session, conversation_id=conversation, **typed, now=LATER)


async def known(database: Database, **values: Any) -> str:
    """A contact that the company had before."""
    values = {"name": "Jane Doe", "emails": ["jane@acme.io"], **values}
    async with database.transaction() as session:
        return (await service.create(session, values, by="api:key_1", now=NOW)).id


async def stored(database: Database, contact_id: str) -> dict[str, Any]:
    """Everything that is stored of a contact, its addresses included."""
    async with database.reading() as session:
        row = await service.get(session, contact_id)
        plain = {column.key: getattr(row, column.key) for column in Contact.__table__.columns}
        plain["emails"] = [(e.address, e.typed, e.added_by, e.verified_at) for e in row.emails]
        plain["phones"] = [(p.number, p.added_by) for p in row.phones]
        return plain


async def count(database: Database, table: Any) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_an_unknown_address_makes_a_contact(database: Database) -> None:
    made = await claim(
        database,
        email="Jane.Doe@acme.io",
        name="Jane Doe",
        company="Acme Ltd",
        language="en",
        source={"utm": {"source": "news"}},
    )
    assert made.created
    row = await stored(database, made.contact_id)
    assert (row["name"], row["language"], row["lifecycle_stage"]) == ("Jane Doe", "en", "lead")
    assert row["emails"] == [("jane.doe@acme.io", "Jane.Doe@acme.io", "conversation:cnv_1", None)]
    assert row["source"] == {"utm": {"source": "news"}}
    assert row["provenance"]["name"]["by"] == "conversation:cnv_1"
    async with database.reading() as session:
        company = await session.get_one(Company, row["company_id"])
        assert company.name == "Acme Ltd"
        assert [domain.domain for domain in company.domains] == ["acme.io"]
        news = (await session.scalars(select(DomainEvent.name))).all()
    assert sorted(news) == ["company.created", "contact.created"]


async def test_a_known_address_is_linked_and_untouched(database: Database) -> None:
    contact_id = await known(database, phones=["+38640123456"])
    before = await stored(database, contact_id)
    made = await claim(
        database,
        email="JANE@acme.io",
        phone="+38641999999",
        name="Somebody Else",
        company="Evil Corp",
        language="pl",
        source={"page": "x"},
    )
    assert made == ContactClaim(contact_id=contact_id, created=False)
    assert await stored(database, contact_id) == before
    assert await count(database, Contact) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    turns=st.lists(
        st.fixed_dictionaries(
            {
                "email": st.sampled_from([None, "jane@acme.io", "JANE@ACME.IO", "j@other.si"]),
                "phone": st.sampled_from([None, "+38640123456", "+38641999999", "x"]),
                "name": st.sampled_from([None, "Mallory", "שלום כהן"]),
                "company": st.sampled_from([None, "Evil Corp", "Acme"]),
                "conversation": st.sampled_from(["cnv_1", "cnv_2"]),
            }
        ),
        max_size=6,
    )
)
async def test_whatever_is_claimed_in_whatever_order_the_known_contact_stays(
    database: Database, turns: list[dict[str, Any]]
) -> None:
    async with database.reading() as session:
        found = await service.find(session, email="jane@acme.io")
    contact_id = found[0].contact.id if found else await known(database, phones=["+38640123456"])
    before = await stored(database, contact_id)
    example = next(EXAMPLES)
    for typed in turns:
        conversation = f"{typed['conversation']}_{example}"
        await claim(database, **{**typed, "conversation": conversation})
    assert await stored(database, contact_id) == before


async def test_the_conversation_goes_on_filling_in_the_contact_it_made(database: Database) -> None:
    made = await claim(database, email="jane@acme.io", name="Jane")
    again = await claim(
        database, email="jane@acme.io", name="Jane Doe", phone="+442079460958", company="Acme"
    )
    assert again == ContactClaim(contact_id=made.contact_id, created=False)
    row = await stored(database, made.contact_id)
    assert row["name"] == "Jane Doe"
    assert row["phones"] == [("+442079460958", "conversation:cnv_1")]
    assert await count(database, Company) == 1


async def test_another_conversation_may_not_correct_it(database: Database) -> None:
    made = await claim(database, email="jane@acme.io", name="Jane Doe")
    before = await stored(database, made.contact_id)
    other = await claim(
        database, "cnv_2", email="jane@acme.io", name="Mallory", phone="+38640123456"
    )
    assert other == ContactClaim(contact_id=made.contact_id, created=False)
    assert await stored(database, made.contact_id) == before


async def test_what_a_rep_wrote_stays_while_the_rest_is_corrected(database: Database) -> None:
    made = await claim(database, email="jane@acme.io", name="Jane", language="en")
    async with database.transaction() as session:
        await service.update(session, made.contact_id, {"name": "J. Doe"}, by="rep:u", now=NOW)
    await claim(database, email="jane@acme.io", name="Mallory", language="pl")
    row = await stored(database, made.contact_id)
    assert (row["name"], row["language"]) == ("J. Doe", "pl")


async def test_once_the_owner_proved_the_address_a_claim_changes_nothing(
    database: Database,
) -> None:
    made = await claim(database, email="jane@acme.io", name="Jane")
    async with database.transaction() as session:
        (await session.get_one(ContactEmail, "jane@acme.io")).verified_at = NOW
    before = await stored(database, made.contact_id)
    await claim(database, email="jane@acme.io", name="Mallory")
    assert await stored(database, made.contact_id) == before


async def test_a_corrected_address_replaces_the_mistyped_one(database: Database) -> None:
    made = await claim(database, email="jane@acme.oi", name="Jane")
    await claim(database, email="jane@acme.io", name="Jane")
    row = await stored(database, made.contact_id)
    assert [email[0] for email in row["emails"]] == ["jane@acme.io"]
    assert await count(database, ContactEmail) == 1
    async with database.reading() as session:
        company = await session.get_one(Company, row["company_id"])
    assert [domain.domain for domain in company.domains] == ["acme.io"]


async def test_an_address_corrected_to_a_known_one_leaves_no_orphan(database: Database) -> None:
    contact_id = await known(database)
    wrong = await claim(database, email="jane@gmial.com", name="Jane")
    right = await claim(database, email="jane@acme.io", name="Jane")
    assert wrong.contact_id != right.contact_id == contact_id
    assert await count(database, Contact) == 1
    assert await count(database, IdentityClaim) == 1


async def test_a_number_of_one_contact_links_and_of_several_does_not(database: Database) -> None:
    contact_id = await known(database, phones=["+38640123456"])
    linked = await claim(database, phone="+386 40 123 456", name="Jane")
    assert linked == ContactClaim(contact_id=contact_id, created=False)
    await known(database, emails=["joe@acme.io"], phones=["+38640123456"])
    shared = await claim(database, "cnv_2", phone="+38640123456", name="Jim")
    assert shared.created


async def test_a_new_address_beside_a_known_number_is_a_new_contact(database: Database) -> None:
    contact_id = await known(database, phones=["+38640123456"])
    made = await claim(database, email="new@acme.io", phone="+38640123456", name="New")
    assert made.created
    assert made.contact_id != contact_id


async def test_colleagues_share_a_company_and_cannot_rename_it(database: Database) -> None:
    first = await claim(database, email="jane@acme.io", company="Acme Ltd")
    second = await claim(database, "cnv_2", email="joe@acme.io", company="Evil Corp")
    await claim(database, email="jane@acme.io", company="Worse Corp")
    one, other = [await stored(database, made.contact_id) for made in (first, second)]
    assert one["company_id"] == other["company_id"]
    assert other["company_matched_by"] == "domain"
    async with database.reading() as session:
        assert (await session.get_one(Company, one["company_id"])).name == "Acme Ltd"


async def test_a_company_typed_with_free_mail_is_found_by_name(database: Database) -> None:
    first = await claim(database, email="jane@gmail.com", company="Acme d.o.o.")
    second = await claim(database, "cnv_2", email="joe@siol.net", company="ACME")
    one, other = [await stored(database, made.contact_id) for made in (first, second)]
    assert one["company_id"] == other["company_id"]
    assert other["company_matched_by"] == "name"


async def test_a_corrected_company_name_makes_no_second_company(database: Database) -> None:
    made = await claim(database, email="matti@gmail.com", company="Akme")
    await claim(database, email="matti@gmail.com", company="Acme Oy")
    async with database.reading() as session:
        names = (await session.scalars(select(Company.name))).all()
    assert names == ["Acme Oy"]
    assert (await stored(database, made.contact_id))["company_id"]


async def test_free_mail_alone_makes_no_company(database: Database) -> None:
    made = await claim(database, email="jane@gmail.com")
    assert (await stored(database, made.contact_id))["company_id"] is None
    assert await count(database, Company) == 0


@pytest.mark.parametrize("email", ["jane@acme", "not an address", "jane@@acme.io", ""])
async def test_a_lead_is_never_lost_to_an_odd_address(database: Database, email: str) -> None:
    made = await claim(database, email=email, name="Jane")
    assert (await stored(database, made.contact_id))["name"] == "Jane"


async def test_claims_at_the_same_moment_make_one_contact(database: Database) -> None:
    made = await asyncio.gather(
        *(
            claim(database, f"cnv_{n}", email="jane@acme.io", company="Acme", name=f"Jane {n}")
            for n in range(6)
        )
    )
    assert len({one.contact_id for one in made}) == 1
    assert sum(one.created for one in made) == 1
    assert await count(database, Contact) == 1
    assert await count(database, Company) == 1
