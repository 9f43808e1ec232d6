"""Points fade, count once, and a probability comes with enough outcomes."""

import random
from datetime import timedelta

from sqlalchemy import delete, select

from crm_bridge.companies.models import Company
from crm_bridge.console.render import page
from crm_bridge.console.views import ContactCard
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.database import Database
from crm_bridge.core.ids import new_id
from crm_bridge.core.provenance import stamped
from crm_bridge.deals.models import Deal
from crm_bridge.scoring.history import facts_of
from crm_bridge.scoring.models import ContactScore
from crm_bridge.scoring.recency import HALF_LIFE, faded, standing
from crm_bridge.scoring.service import count, give_points, rescore_apart, standing_of
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact, make_conversation


def test_points_halve_with_each_half_life() -> None:
    assert faded(10, timedelta(0)) == 10
    assert faded(10, HALF_LIFE) == 5
    assert faded(10, -HALF_LIFE) == 10
    assert standing([(10, NOW), (10, NOW - 2 * HALF_LIFE)], NOW) == 12.5


async def test_points_are_given_once_for_one_thing(database: Database) -> None:
    contact = await make_contact(database)
    async with database.transaction() as session:
        for _ in range(2):
            await give_points(
                session, contact, 10, because="came to the fair", occasion="fair", now=NOW
            )
        assert await count(session, contact, now=NOW) == 10
        assert await count(session, contact, now=NOW + HALF_LIFE) == 5


async def test_who_merely_claims_an_address_earns_it_no_points(database: Database) -> None:
    contact = await make_contact(database, emails=["jane.doe@acme.io"])
    conversation = await make_conversation(database)
    async with database.transaction() as session:
        row = await session.get(Conversation, conversation)
        assert row is not None
        assert row.contact_id == contact
        row.score = 80
        await session.flush()
        assert await count(session, contact, now=NOW) == 0
        row.identity = "verified"
        await session.flush()
        assert await count(session, contact, now=NOW) == 80


def test_what_was_written_after_the_outcome_is_not_learned_from() -> None:
    stamps = stamped({}, ["country"], by="rep:1", at=NOW)
    late = stamped(stamps, ["language", "properties"], by="rep:1", at=NOW + timedelta(days=2))
    contact = Contact(
        id="con_1",
        country="SI",
        language="sl",
        source={"utm": {"campaign": "spring"}},
        properties={"mood": "delighted"},
        provenance=late,
    )
    facts = facts_of(contact, None, before=NOW + timedelta(days=1))
    assert facts["country"] == "SI"
    assert facts["source campaign"] == "spring"
    assert not {"language", "property mood"} & set(facts)
    company = Company(id="com_1", industry="retail", provenance={}, employees_min=10)
    assert facts_of(contact, company, before=None)["company industry"] == "retail"


async def test_enough_outcomes_give_the_others_a_probability(database: Database) -> None:
    chance = random.Random(5)
    async with database.transaction() as session:
        for n in range(560):
            country = chance.choice(["SI", "NO"])
            wins = chance.random() < (0.75 if country == "SI" else 0.25)
            contact = Contact(
                id=new_id("con"),
                name=f"Person {n}",
                country=country,
                provenance={},
                properties={},
                source={},
                created_at=NOW,
                updated_at=NOW,
            )
            session.add(contact)
            await session.flush()
            if n < 550:
                session.add(
                    Deal(
                        id=new_id("dea"),
                        name="Deal",
                        pipeline="sales",
                        stage="won" if wins else "lost",
                        contact_id=contact.id,
                        closed_at=NOW,
                        created_at=NOW,
                        updated_at=NOW,
                    )
                )
    sure = await make_contact(database, name="New", country="SI", emails=["new@acme.io"])
    found = await rescore_apart(database, now=NOW)
    assert (found.report.labelled, found.predicted) == (550, 11)
    async with database.transaction() as session:
        score = await session.get(ContactScore, sure)
        assert score is not None
        assert score.probability is not None
        assert score.probability > 0.6
        assert score.reasons[0]["column"] == "country"
        card = await ContactCard.find(session, sure)
        assert card is not None
        assert card.standing is not None
        assert card.standing.percent == round(100 * score.probability)
        assert card.standing.reasons[0][0] == "country: SI"
        shown = bytes(page("contact_card.html", contact=card).body).decode()
        assert f"{card.standing.percent} %" in shown
        assert "country: SI" in shown
        await session.execute(delete(Deal).where(Deal.id.in_(select(Deal.id).limit(100))))
    await rescore_apart(database, now=NOW)
    async with database.transaction() as session:
        alone = await standing_of(session, sure)
        assert alone is not None
        assert (alone.percent, alone.reasons) == (None, ())
        await contacts.erase(session, [], sure)
    async with database.reading() as session:
        assert await session.get(ContactScore, sure) is None
