"""A visitor closes the chat, or wants it by mail."""

from sqlalchemy import select

from contracts.turn import AnswerChange
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import Conversation
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.chat.conftest import Desk
from tests.crm_bridge.conftest import NOW


async def _announced(desk: Desk, name: str) -> int:
    return len(await desk.rows(select(DomainEvent).where(DomainEvent.name == name)))


async def test_a_closed_chat_stays_for_staff_and_opens_to_nobody(desk: Desk) -> None:
    page = await desk.page()
    await page.say("hello")
    assert (await page.http.post("end", json={})).status_code == 200
    (conversation,) = await desk.rows(select(Conversation))
    assert conversation.closed_at is not None
    assert conversation.erased_at is None
    assert await _announced(desk, "conversation.closed") == 1
    assert (await page.http.get("events", params={"wait": 0})).status_code == 401
    assert (await page.http.post("end", json={})).status_code == 401
    assert all(turn.due_at is None for turn in await desk.turns())


async def test_a_transcript_goes_only_where_the_conversation_says(desk: Desk) -> None:
    page = await desk.page()
    refused = await page.http.post("transcript", json={"to": "victim@else.example"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "email_unknown"
    given = AnswerChange(question="email", value="ana@shop.example", text="ana@shop.example")
    async with desk.database.transaction() as session:
        await conversations.add_answers(session, page.conversation, [given], now=NOW)
    asked = await page.http.post("transcript", json={"to": "victim@else.example"})
    assert asked.status_code == 202
    assert asked.json() == {"to": "ana@shop.example"}
    assert await _announced(desk, "conversation.transcript_requested") == 1


async def test_a_transcript_cannot_be_asked_for_again_and_again(desk: Desk) -> None:
    page = await desk.page()
    answers = [(await page.http.post("transcript", json={})).status_code for _ in range(4)]
    assert answers[-1] == 429
