"""A message is stored once, as it was typed, or refused with a reason."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from contracts.turn import Button
from crm_bridge.chat import service
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import ConsentRow, EventRow
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.chat.conftest import Desk
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.conftest import NOW

MESSAGES = select(EventRow).where(EventRow.kind == "message").order_by(EventRow.seq)


async def issue(desk: Desk, page: Page, *buttons: Button) -> None:
    """Let the conversation show some buttons."""
    async with desk.database.transaction() as session:
        await service.post_system_message(
            session, page.conversation, "Choose", now=NOW, buttons=buttons
        )


async def test_a_message_is_accepted_with_its_place_in_the_log(desk: Desk) -> None:
    page = await desk.page()
    response = await page.post("hello")
    assert response.status_code == 202
    assert response.json() == {"id": f"{page.conversation}.1", "seq": 1}
    (event,) = await page.fetch()
    assert event == {
        "seq": 1,
        "id": f"{page.conversation}.1",
        "at": event["at"],
        "kind": "message",
        "author": "visitor",
        "cid": event["cid"],
        "text": "hello",
    }


async def test_the_same_message_again_is_the_same_message(desk: Desk) -> None:
    page = await desk.page()
    first = await page.post("hello", cid="one")
    await page.post("in between", cid="two")
    assert (await page.post("hello", cid="one")).json() == first.json()
    assert (await page.post("something else", cid="one")).json() == first.json()
    assert [event["text"] for event in await page.fetch()] == ["hello", "in between"]
    assert len(await desk.turns()) == 3


async def test_the_same_message_many_times_at_once_is_one_message(desk: Desk) -> None:
    page = await desk.page()
    responses = await asyncio.gather(*(page.post("hello", cid="one") for _ in range(10)))
    assert {response.status_code for response in responses} == {202}
    assert len({response.json()["seq"] for response in responses}) == 1
    assert len(await page.fetch()) == 1
    assert len(await desk.turns()) == 2


async def test_two_visitors_may_use_one_client_id(desk: Desk) -> None:
    first, second = await desk.page(), await desk.page()
    assert (await first.post("hello", cid="one")).status_code == 202
    assert (await second.post("hi", cid="one")).status_code == 202
    assert [event["text"] for event in await second.fetch()] == ["hi"]


async def test_parallel_messages_get_numbers_without_gaps(desk: Desk) -> None:
    page = await desk.page()
    responses = await asyncio.gather(*(page.post(f"message {n}") for n in range(20)))
    assert sorted(response.json()["seq"] for response in responses) == list(range(1, 21))
    assert [turn.number for turn in await desk.turns()] == list(range(1, 22))


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "👩‍👩‍👧‍👦",
        "???",
        "x" * 2000,
        "😀" * 2000,
        "<script>alert(1)</script>",
        "/restart",
        "שלום, מה שלומכם?",
        "Robert'); DROP TABLE conversation;--",
        "two\nlines",
        "{name} %s {{x}}",
    ],
)
async def test_what_is_typed_stays_as_it_was_typed(desk: Desk, text: str) -> None:
    page = await desk.page()
    assert (await page.post(text)).status_code == 202
    assert [event["text"] for event in await page.fetch()] == [text]


async def test_what_no_database_can_hold_is_left_out(desk: Desk) -> None:
    page = await desk.page()
    assert (await page.post("a\x00b\x07\r\nc")).status_code == 202
    assert [event["text"] for event in await page.fetch()] == ["ab\nc"]


@pytest.mark.parametrize("size", [2001, 100_000])
async def test_a_text_that_is_too_long_is_refused(desk: Desk, size: int) -> None:
    page = await desk.page()
    response = await page.post("x" * size)
    assert response.status_code == 413
    assert (response.json()["code"], response.json()["longest"]) == ("text_too_long", 2000)
    assert await page.fetch() == []


async def test_an_enormous_body_is_not_even_read(desk: Desk) -> None:
    page = await desk.page()
    assert (await page.post("x" * 1_000_000)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": " \n\t "},
        {"text": "\u200b\u200f"},
        {},
        {"text": None},
        {"text": 5},
        {"text": "hello", "cid": ""},
        {"text": "hello", "cid": "x" * 65},
        {"text": "hello", "cid": "a b"},
        {"payload": ""},
        {"payload": "a\nb"},
        {"payload": "x" * 201},
        {"payload": "set:need:crm"},
        {"payload": "/restart"},
        {"payload": "lang:xx"},
    ],
)
async def test_what_is_no_message_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    page = await desk.page()
    response = await page.post(**body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert await page.fetch() == []


async def test_a_message_without_a_session_is_refused(desk: Desk) -> None:
    page = await desk.page(opened=False)
    response = await page.post("hello")
    assert (response.status_code, response.json()["code"]) == (401, "session_unknown")


async def test_a_button_is_shown_as_what_it_said(desk: Desk) -> None:
    page = await desk.page()
    await issue(desk, page, Button(title="Retail & <b>", payload="set:industry:retail"))
    assert (await page.post(payload="set:industry:retail")).status_code == 202
    assert page.shown == []
    await page.fetch()
    assert page.shown[-1] == ("visitor", "Retail & <b>")
    utterance = (await desk.turns())[-1].utterance
    assert utterance == {"payload": "set:industry:retail"}


async def test_an_old_button_may_still_be_pressed(desk: Desk) -> None:
    page = await desk.page()
    await issue(desk, page, Button(title="Yes", payload="yes"))
    for _ in range(3):
        await issue(desk, page, Button(title="Other", payload="other"))
    assert (await page.post(payload="yes")).status_code == 202


@pytest.mark.parametrize("payload", ["YES", "ye", "%", "y_s", "yes ", "no"])
async def test_a_payload_that_was_never_issued_is_refused(desk: Desk, payload: str) -> None:
    page = await desk.page()
    await issue(desk, page, Button(title="Yes", payload="yes"))
    response = await page.post(payload=payload)
    assert (response.status_code, response.json()["code"]) == (422, "unknown_payload")


async def test_another_conversations_button_is_refused(desk: Desk) -> None:
    page, other = await desk.page(), await desk.page()
    await issue(desk, other, Button(title="Yes", payload="yes"))
    assert (await page.post(payload="yes")).status_code == 422


@pytest.mark.parametrize(
    ("payload", "title"),
    [("lang:sl", "slovenščina"), ("lang:he", "עברית"), ("handoff", "Talk to a person")],
)
async def test_the_chats_own_menu_is_always_there(desk: Desk, payload: str, title: str) -> None:
    page = await desk.page()
    assert (await page.post(payload=payload)).status_code == 202
    await page.fetch()
    assert page.shown == [("visitor", title)]


async def test_too_many_messages_must_wait(desk: Desk) -> None:
    page = await desk.page()
    codes = [(await page.post(f"m{n}")).status_code for n in range(40)]
    assert codes == [202] * 40
    refused = await page.post("one more")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert int(refused.headers["Retry-After"]) >= 1
    another = await desk.page()
    assert (await another.post("hello")).status_code == 202


async def test_going_on_under_the_consent_line_is_stored_once(desk: Desk) -> None:
    page = await desk.page(language="sl")
    assert await desk.rows(select(ConsentRow)) == []
    await page.say("pozdravljeni")
    await page.say("rabimo chatbota")
    (consent,) = await desk.rows(select(ConsentRow))
    assert (consent.purpose, consent.how, consent.language) == ("chat", "continued", "sl")
    assert consent.version == page.session["consent"]["version"]
    assert consent.text == page.session["consent"]["text"]
    assert consent.at == NOW or consent.at > NOW


async def test_an_agreement_is_stored_at_once_and_the_bot_hears_nothing_of_it(desk: Desk) -> None:
    page = await desk.page(language="he")
    assert page.session["consent"]["agreed"] is False
    for _ in range(2):  # the page does not know whether it arrived
        answer = await page.post(payload="agree", cid="a1")
        assert answer.status_code == 202
    (consent,) = await desk.rows(select(ConsentRow))
    assert (consent.purpose, consent.how, consent.language) == ("chat", "said", "he")
    assert consent.text == page.session["consent"]["text"]
    assert consent.version == page.session["consent"]["version"]
    assert [event["text"] for event in await page.fetch()] == ["בסדר, אפשר להתחיל"]
    assert len(await desk.turns()) == 1, "the greeting's alone"
    await page.post("שלום")
    assert len(await desk.rows(select(ConsentRow))) == 1
    again = await page.open()
    assert again.json()["consent"]["agreed"] is True


async def test_while_a_rep_owns_the_chat_the_bot_is_silent(desk: Desk) -> None:
    page = await desk.page()
    async with desk.database.transaction() as session:
        await conversations.give_to(session, page.conversation, "usr_1", now=NOW)
    assert (await page.post("are you there?")).status_code == 202
    assert len(await desk.turns()) == 1
    told = await desk.rows(
        select(DomainEvent).where(DomainEvent.name == "conversation.visitor_wrote")
    )
    assert [event.data["owner"] for event in told] == ["usr_1"]
