"""A mailed link leads back to the conversation that was left open, and to nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm_bridge.chat.identity import link_secret, link_token
from crm_bridge.chat.models import ChatSession
from crm_bridge.contacts import proof, service
from crm_bridge.conversations.models import Conversation
from tests.crm_bridge.chat.conftest import ORIGIN, Desk, add_site
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.chat.test_sessions import identity
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

ADDRESS = "alma@reyes.si"


def link(address: str = ADDRESS, *, days_ago: int = 0) -> str:
    secret = link_secret("test-secret-key", "demo", version=1)
    return link_token(secret, address, site="demo", now=NOW - timedelta(days=days_ago))


async def left(desk: Desk, *, address: str = ADDRESS, phase: str = "asking", **other: Any) -> Page:
    """A page whose visitor gave the address and went away."""
    page = await desk.page()
    async with desk.database.transaction() as session:
        await service.claim(session, conversation_id=page.conversation, email=address, now=NOW)
        state = {"v": 1, "phase": phase, "question": "budget"}
        which = update(Conversation).where(Conversation.id == page.conversation)
        await session.execute(which.values(state=state, last_turn=4, updated_at=NOW, **other))
    return page


async def conversation(desk: Desk, page: Page) -> Conversation:
    (row,) = await desk.rows(select(Conversation).where(Conversation.id == page.conversation))
    return row


@pytest.mark.parametrize("phase", ["asking", "meeting", "stopped"])
async def test_another_device_goes_on_where_they_stopped(desk: Desk, phase: str) -> None:
    first = await left(desk, phase=phase)
    other = await desk.page(opened=False)
    answer = await other.open(identity_token=link())
    assert (answer.status_code, answer.json()["resumed"]) == (200, True)
    assert other.conversation == first.conversation
    assert other.token != first.token
    row = await conversation(desk, other)
    assert (row.identity, row.claims["email"]) == ("verified", ADDRESS)
    (*_, last) = await desk.turns()
    assert (last.utterance["system"], last.number) == ("led_back", 5)
    assert (await other.post("10k")).status_code == 202


async def test_who_only_typed_the_address_is_shut_out_before_anything_is_shown(desk: Desk) -> None:
    mallory = await left(desk)
    await desk.page(identity_token=link())
    assert (await mallory.http.get("events?wait=0")).status_code == 401
    assert (await mallory.post("and?")).status_code == 401
    assert (await mallory.open()).status_code == 201, "they may begin anew"


async def test_who_proved_it_too_keeps_their_place(desk: Desk) -> None:
    laptop = await left(desk)
    async with desk.database.transaction() as session:
        await proof.prove(session, laptop.conversation, ADDRESS, now=NOW)
    phone = await desk.page(identity_token=link())
    assert phone.conversation == laptop.conversation
    assert (await laptop.http.get("events?wait=0")).status_code == 200


@pytest.mark.parametrize(
    ("phase", "other"),
    [
        ("ended", {}),
        ("asking", {"booking_id": "bkg_1"}),
        ("asking", {"closed_at": NOW}),
        ("asking", {"erased_at": NOW}),
    ],
)
async def test_what_has_come_to_its_end_is_not_opened_again(
    desk: Desk, phase: str, other: dict[str, Any]
) -> None:
    first = await left(desk, phase=phase, **other)
    back = await desk.page(identity_token=link())
    assert back.conversation != first.conversation
    assert (await conversation(desk, back)).identity == "verified"


async def test_what_was_left_long_ago_stays_there(desk: Desk) -> None:
    first = await left(desk)
    async with desk.database.transaction() as session:
        await session.execute(update(Conversation).values(updated_at=NOW - timedelta(days=31)))
    assert (await desk.page(identity_token=link())).conversation != first.conversation


async def test_the_conversation_of_another_address_or_site_is_not_theirs(desk: Desk) -> None:
    await add_site(desk.database, "other", ORIGIN)
    await left(desk, address="bea@reyes.si")
    elsewhere = await left(desk)
    async with desk.database.transaction() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.id == elsewhere.conversation)
            .values(site="other")
        )
    before = await desk.rows(select(Conversation.id))
    assert (await desk.page(identity_token=link())).conversation not in before


async def test_a_telephone_number_that_is_theirs_makes_it_not_their_conversation(
    desk: Desk,
) -> None:
    await make_contact(desk.database, emails=[ADDRESS], phones=["+38640111222"])
    stranger = await desk.page()
    async with desk.database.transaction() as session:
        await service.claim(
            session, conversation_id=stranger.conversation, phone="+38640111222", now=NOW
        )
        which = update(Conversation).where(Conversation.id == stranger.conversation)
        await session.execute(which.values(state={"v": 1, "phase": "asking"}, updated_at=NOW))
    assert (await desk.page(identity_token=link())).conversation != stranger.conversation


async def test_a_browser_leaves_an_untouched_chat_for_it_but_not_one_in_use(desk: Desk) -> None:
    first = await left(desk)
    untouched = await desk.page()
    assert (await untouched.open(identity_token=link())).status_code == 200
    assert untouched.conversation == first.conversation
    used = await desk.page()
    await used.say("we need a chatbot")
    own = used.conversation
    assert (await used.open(identity_token=link())).json()["conversation_id"] == own


async def test_the_same_link_again_finds_the_same_place_and_says_nothing_twice(desk: Desk) -> None:
    await left(desk)
    page = await desk.page(identity_token=link())
    turns = len(await desk.turns())
    again = await page.open(identity_token=link())
    assert again.json()["conversation_id"] == page.conversation
    assert len(await desk.turns()) == turns
    assert len(await desk.rows(select(ChatSession).where(ChatSession.revoked_at.is_(None)))) == 1


async def test_a_link_in_the_middle_of_a_talk_has_what_is_known_confirmed(desk: Desk) -> None:
    await left(desk, phase="ended")
    page = await desk.page()
    await page.say("we need a chatbot")
    await page.open(identity_token=link())
    (*_, last) = await desk.turns()
    assert last.utterance["system"] == "proved"


async def test_a_link_that_is_over_says_so_and_begins_anew(desk: Desk) -> None:
    first = await left(desk)
    page = await desk.page(identity_token=link(days_ago=8), language="nb")
    assert page.conversation != first.conversation
    await page.fetch()
    ((author, text),) = page.shown
    assert author == "bot"
    assert "lenken" in text
    assert (await conversation(desk, page)).identity == "anonymous"
    assert (await first.http.get("events?wait=0")).status_code == 200, "nothing is lost"
    forged = await desk.page(identity_token="no.such.link")
    await forged.fetch()
    assert forged.shown == []


async def test_the_hosts_own_token_begins_a_conversation_as_before(desk: Desk) -> None:
    first = await left(desk)
    page = await desk.page(identity_token=identity(email=ADDRESS))
    assert page.conversation != first.conversation
