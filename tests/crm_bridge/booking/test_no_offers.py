"""A no to offers takes one click, of a person or of their mail program; looking changes nothing."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from crm_bridge.booking import no_offers, service
from crm_bridge.booking.desk import Desk
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.opt_out import wants_no_offers
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.settings import Settings
from tests.crm_bridge.booking.makers import SAID, a_desk, at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ROBIN = str(SAID["email"])


@pytest.fixture
async def path(app: FastAPI, database: Database, settings: Settings) -> str:
    """The link's path in a mail about a booking."""
    app.state.desk = desk = a_desk(settings)
    assert isinstance(desk, Desk)
    await make_advisor(database, "maja")
    visitor = await make_conversation(database)
    async with database.transaction() as session:
        if await contacts.claimed_contact(session, visitor) is None:
            values = {"name": "Robin Berg", "emails": [ROBIN]}
            await contacts.create(session, values, by="rep:1", now=NOW)
        held = await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)
        booked = await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
    return no_offers.url_of(booked.booking, desk).removeprefix("http://bridge.test")


async def _said_no(database: Database) -> bool:
    async with database.reading() as session:
        return await wants_no_offers(session, email=ROBIN)


async def test_a_mail_program_says_no_with_one_post(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    for _ in range(2):  # RFC 8058: no redirect, no cookie, no question
        answer = await client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert await _said_no(database)
    async with database.reading() as session:
        news = select(DomainEvent.name).where(DomainEvent.name == "contact.consent_changed")
        assert list(await session.scalars(news))  # which takes it to the CRMs


async def test_a_look_changes_nothing(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    page = await client.get(path)
    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not await _said_no(database)


async def test_a_link_that_is_not_ours_does_nothing(
    client: httpx.AsyncClient, database: Database, path: str
) -> None:
    for wrong in (path[:-1] + ("0" if path[-1] != "0" else "1"), "/no-offers/bok_1", path + "ä"):
        assert (await client.get(wrong)).status_code == 404
        assert (await client.post(wrong)).status_code == 404
    assert not await _said_no(database)
