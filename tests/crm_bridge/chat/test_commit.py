"""What a turn came to is stored at once and once."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from contracts.turn import AnswerChange, News, Say, TurnCommit
from crm_bridge.chat import repository
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.conversations import service
from crm_bridge.conversations.models import AnswerRow, ConsentRow, Conversation
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.chat.conftest import Desk
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.conftest import NOW
from tests.crm_bridge.records import make_contact

NEED = AnswerChange(question="need", value="crm", text="a CRM", source="text")
EMAIL = AnswerChange(question="email", value="jane@acme.io", text="it's jane@acme.io")


def commit(**given: Any) -> TurnCommit:
    return TurnCommit(**{"state": {"step": 1}, "language": "en", "question": "need", **given})


async def answered(desk: Desk, page: Page) -> dict[str, tuple[Any, str]]:
    async with desk.database.reading() as session:
        answers = await service.answers(session, page.conversation)
    return {question: (answer.value, answer.text) for question, answer in answers.items()}


async def newest_turn(desk: Desk) -> str:
    return str((await desk.turns())[-1].id)


async def conversation(desk: Desk) -> Conversation:
    (only,) = await desk.rows(select(Conversation))
    return only  # type: ignore[no-any-return]


async def test_only_the_action_server_may_commit(desk: Desk) -> None:
    await desk.page()
    response = await desk.commit(await newest_turn(desk), commit(), key="guess")
    assert response.status_code == 401


async def test_answers_state_question_and_language_are_stored(desk: Desk) -> None:
    page = await desk.page()
    await page.say("a CRM")
    turn = await newest_turn(desk)
    response = await desk.commit(
        turn, commit(answers=(NEED,), question="industry", language="sl", language_chosen=True)
    )
    assert response.json() == {"turn": turn, "repeated": False}
    assert await answered(desk, page) == {"need": ("crm", "a CRM")}
    stored = await conversation(desk)
    assert (stored.question, stored.language, stored.language_chosen) == ("industry", "sl", True)
    assert stored.state == {"step": 1}


async def test_the_same_turn_again_changes_nothing(desk: Desk) -> None:
    page = await desk.page()
    await page.say("a CRM")
    turn = await newest_turn(desk)
    await desk.commit(turn, commit(answers=(NEED,)))
    other = AnswerChange(question="need", value="chatbot", text="a chatbot")
    response = await desk.commit(turn, commit(answers=(other,), state={"step": 2}))
    assert response.json() == {"turn": turn, "repeated": True}
    assert await answered(desk, page) == {"need": ("crm", "a CRM")}
    assert (await conversation(desk)).state == {"step": 1}


async def test_an_unknown_turn_is_unknown(desk: Desk) -> None:
    response = await desk.commit("trn_none", commit())
    assert (response.status_code, response.json()["code"]) == (404, "turn_unknown")


async def test_a_turn_that_was_given_up_is_over(desk: Desk) -> None:
    page = await desk.page()
    await page.say("a CRM")
    turn = await newest_turn(desk)
    async with desk.database.transaction() as session:
        await repository.end(session, turn, state="failed", now=NOW)
    response = await desk.commit(turn, commit(answers=(NEED,)))
    assert (response.status_code, response.json()["code"]) == (409, "turn_over")
    assert await answered(desk, page) == {}


async def test_every_answer_is_kept_and_the_latest_stands(desk: Desk) -> None:
    page = await desk.page()
    sizes = [AnswerChange(question="company_size", value=n, text=str(n)) for n in (25, 50)]
    for change in (*sizes, AnswerChange(question="company_size", status="unset"), NEED):
        await page.say("…")
        await desk.commit(await newest_turn(desk), commit(answers=(change,)))
    assert await answered(desk, page) == {"need": ("crm", "a CRM")}
    rows = await desk.rows(select(AnswerRow).order_by(AnswerRow.id))
    assert [(row.question, row.value, row.status) for row in rows] == [
        ("company_size", 25, "given"),
        ("company_size", 50, "given"),
        ("company_size", None, "unset"),
        ("need", "crm", "given"),
    ]


async def test_a_declined_answer_has_no_value_and_stands(desk: Desk) -> None:
    page = await desk.page()
    await page.say("rather not")
    declined = AnswerChange(question="budget", status="declined", text="rather not")
    await desk.commit(await newest_turn(desk), commit(answers=(declined,)))
    assert await answered(desk, page) == {"budget": (None, "rather not")}


async def test_nothing_personal_is_stored_before_the_visitor_agreed(desk: Desk) -> None:
    page = await desk.page()
    response = await desk.commit(await newest_turn(desk), commit(answers=(NEED, EMAIL)))
    assert response.status_code == 200
    assert await answered(desk, page) == {"need": ("crm", "a CRM")}


async def test_whoever_agrees_in_the_dialogue_is_stored_with_the_words(desk: Desk) -> None:
    page = await desk.page()
    agreeing = News(name="consent_given")
    await desk.commit(await newest_turn(desk), commit(answers=(EMAIL,), news=(agreeing,)))
    assert "email" in await answered(desk, page)
    (consent,) = await desk.rows(select(ConsentRow))
    assert (consent.purpose, consent.how, consent.version) == ("chat", "said", "2026-03")
    assert consent.text == page.session["consent"]["text"]


async def test_an_opt_in_is_stored_with_its_own_words(desk: Desk) -> None:
    page = await desk.page()
    await page.say("yes please")
    opt_in = News(name="opt_in_given", data={"version": "letter-1", "text": "Monthly letter"})
    await desk.commit(await newest_turn(desk), commit(news=(opt_in,)))
    chat, marketing = await desk.rows(select(ConsentRow).order_by(ConsentRow.id))
    assert (chat.purpose, marketing.purpose) == ("chat", "marketing")
    assert (marketing.version, marketing.text) == ("letter-1", "Monthly letter")


@pytest.mark.parametrize(
    ("news", "event"),
    [
        ("handoff_requested", "conversation.handover_requested"),
        ("conversation_resumed", "conversation.resumed"),
        ("abuse_noticed", "conversation.abuse_noticed"),
    ],
)
async def test_news_is_announced_and_told_to_staff_alone(desk: Desk, news: str, event: str) -> None:
    page = await desk.page()
    await desk.commit(await newest_turn(desk), commit(news=(News(name=news, data={"a": 1}),)))
    (announced,) = await desk.rows(select(DomainEvent).where(DomainEvent.name == event))
    assert announced.data == {"a": 1, "conversation": page.conversation}
    assert announced.subject_id == page.conversation
    assert await page.fetch() == []
    async with desk.database.reading() as session:
        events, told = await service.events(session, page.conversation)
    assert [(one["name"], one["data"]) for one in told] == [(news, {"a": 1})]
    assert events == []


async def test_a_closed_conversation_is_open_again_when_it_is_resumed(desk: Desk) -> None:
    page = await desk.page()
    await desk.commit(await newest_turn(desk), commit(news=(News(name="conversation_closed"),)))
    assert (await conversation(desk)).closed_at is not None
    await page.say("one more thing")
    await desk.commit(await newest_turn(desk), commit(news=(News(name="conversation_resumed"),)))
    assert (await conversation(desk)).closed_at is None


async def test_what_was_said_is_kept_for_another_try(desk: Desk) -> None:
    await desk.page()
    say = Say(key="welcome", values={"name": "Jane"}, language="en", says=("ack",))
    await desk.commit(await newest_turn(desk), commit(said=(say,)))
    (turn,) = await desk.turns()
    assert [Say.model_validate(one) for one in turn.said] == [say]
    assert turn.created_at >= NOW


async def test_an_address_links_the_conversation_to_a_contact(desk: Desk) -> None:
    page = await desk.page()
    await page.say("jane@acme.io")
    await desk.commit(await newest_turn(desk), commit(answers=(EMAIL,)))
    linked = await conversation(desk)
    (contact,) = await desk.rows(select(Contact))
    assert (linked.contact_id, linked.identity) == (contact.id, "claimed")
    named = AnswerChange(question="name", value="Jane Doe", text="Jane Doe")
    await page.say("Jane Doe")
    await desk.commit(await newest_turn(desk), commit(answers=(named,)))
    (contact,) = await desk.rows(select(Contact))
    assert (contact.id, contact.name) == (linked.contact_id, "Jane Doe")


async def test_a_name_alone_is_nobody_yet(desk: Desk) -> None:
    page = await desk.page()
    await page.say("Jane")
    named = AnswerChange(question="name", value="Jane", text="Jane")
    await desk.commit(await newest_turn(desk), commit(answers=(named,)))
    assert (await conversation(desk)).contact_id is None
    assert await desk.rows(select(Contact)) == []


async def test_a_fault_of_the_records_costs_no_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise OperationalError("INSERT", {}, OSError())

    page = await desk.page()
    await page.say("jane@acme.io")
    monkeypatch.setattr(contacts, "claim", broken)
    response = await desk.commit(await newest_turn(desk), commit(answers=(EMAIL,)))
    assert response.status_code == 200
    assert "email" in await answered(desk, page)
    assert "could not be linked" in caplog.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whether_an_address_is_known_is_not_heard_in_the_time_it_takes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time comes in steps, far longer than what either takes."""
    monkeypatch.setattr("crm_bridge.chat.commit.CLAIM_SECONDS", 0.4)
    await make_contact(desk.database, emails=["jane@acme.io"])
    loop = asyncio.get_running_loop()
    for address in ("jane@acme.io", "nobody@acme.io"):
        await desk.page()
        turn = await newest_turn(desk)
        told = AnswerChange(question="email", value=address, text=address)
        began = loop.time()
        await desk.commit(turn, commit(answers=(told,), news=(News(name="consent_given"),)))
        assert loop.time() - began >= 0.4
