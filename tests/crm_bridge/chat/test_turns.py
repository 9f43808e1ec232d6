"""A visitor's messages are answered in order and once each, whatever breaks on the way."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import select

from contracts.turn import News
from crm_bridge.chat import attempt, service
from crm_bridge.chat.models import Turn
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.models import AnswerRow, EventRow
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from tests.crm_bridge.chat.conftest import House
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.chat.serving import Served
from tests.crm_bridge.conftest import NOW

SORRY = "Sorry, something is holding me up on our side."


def apologies(page: Page) -> list[str]:
    """What the page shows that the bot did not say."""
    return [text for text in page.bot_said if "->" not in text]


async def states(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Turn.state).order_by(Turn.number)))


async def eventually(holds: Callable[[], object], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is awaited is elsewhere
            await asyncio.sleep(0.02)


async def test_the_bot_greets_first(house: House) -> None:
    page = await house.page()
    assert page.bot_said == ["/system -> need"]
    assert house.bot.seen[0][1].utterance.system == "start"
    assert {"name": "question", "id": "need"} in page.statuses


async def test_a_message_is_answered_and_its_answer_kept(house: House) -> None:
    page = await house.page()
    await page.say("we need a chatbot")
    await page.until_bot_said(2)
    assert page.shown[1:] == [
        ("visitor", "we need a chatbot"),
        ("bot", "we need a chatbot -> industry"),
    ]
    await page.say("retail")
    await page.until_bot_said(3)
    answers = house.bot.seen[-1][1].answers
    assert (answers["need"].value, answers["need"].text) == ("we need a chatbot",) * 2


async def test_a_pressed_button_reaches_the_bot_as_a_press(house: House) -> None:
    page = await house.page()
    assert (await page.post(payload="set:need:crm")).status_code == 202
    await page.until_bot_said(2)
    text, snapshot = house.bot.seen[-1]
    assert text == "/press"
    assert (snapshot.utterance.payload, snapshot.utterance.text) == ("set:need:crm", "")


@pytest.mark.parametrize(
    ("typed", "sent"), [("/restart", "restart"), ("/press", "press"), (" / ", "…")]
)
async def test_a_typed_command_is_only_a_text(house: House, typed: str, sent: str) -> None:
    page = await house.page()
    await page.say(typed)
    await page.until_bot_said(2)
    text, snapshot = house.bot.seen[-1]
    assert text == sent
    assert snapshot.utterance.text == typed.strip()
    assert snapshot.utterance.system is None


async def test_a_switch_of_language_is_told_before_the_words(house: House) -> None:
    page = await house.page()
    await page.post(payload="lang:he")
    await page.until_bot_said(2)
    switched = next(e for e in page.events if e.get("status", {}).get("name") == "language")
    said = page.events[-1]
    assert switched["status"] == {"name": "language", "language": "he"}
    assert switched["seq"] < said["seq"]
    assert (said["lang"], said["dir"]) == ("he", "rtl")


async def test_twenty_messages_at_once_are_answered_one_by_one_in_order(house: House) -> None:
    page = await house.page()
    await asyncio.gather(*(page.say(f"message {n}") for n in range(20)))
    await page.until_bot_said(21)
    typed = [text for author, text in page.shown if author == "visitor"]
    assert sorted(typed) == sorted(f"message {n}" for n in range(20))
    assert house.bot.texts[1:] == typed
    answered = [text.split(" ->")[0] for text in page.bot_said[1:]]
    assert answered == typed
    assert house.bot.most_running[page.conversation] == 1


async def test_conversations_do_not_wait_for_each_other(house: House) -> None:
    slow, quick = await house.page(), await house.page()
    house.bot.plan.append(1.0)
    await slow.say("slow")
    await eventually(lambda: house.bot.texts[-1] == "slow")
    await quick.say("quick")
    await quick.until_bot_said(2)
    await slow.fetch()
    assert len(slow.bot_said) == 1
    await slow.until_bot_said(2)


async def test_a_slow_turn_shows_that_something_is_coming(house: House) -> None:
    page = await house.page()
    before = page.statuses.count({"name": "typing"})  # a busy machine is slow to greet
    house.bot.plan.append(0.4)
    await page.say("hello")
    await page.until_bot_said(2)
    assert page.statuses.count({"name": "typing"}) == before + 1


@pytest.mark.parametrize("fault", ["error", "empty", "garbage", "no_commit", "dies_after_commit"])
async def test_a_failing_bot_is_excused_once_and_tried_again(house: House, fault: str) -> None:
    page = await house.page()
    house.bot.plan.extend([fault, fault])
    await page.say("a chatbot")
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    (sorry,) = apologies(page)
    assert page.bot_said == ["/system -> need", sorry, "a chatbot -> industry"]
    turns = [snapshot.turn for _, snapshot in house.bot.seen[1:]]
    assert len(turns) == 3
    assert len(set(turns)) == 1


async def test_what_was_committed_is_said_again_not_done_again(
    house: House, database: Database
) -> None:
    page = await house.page()
    house.bot.plan.append("dies_after_commit")
    await page.say("a chatbot")
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    first, second = house.bot.seen[1:]
    assert first[1].committed is None
    assert second[1].committed is not None
    async with database.reading() as session:
        answers = list(await session.scalars(select(AnswerRow.question)))
    assert answers == ["need"]


async def test_a_bot_that_hangs_is_not_waited_for_for_ever(house: House) -> None:
    page = await house.page()
    house.bot.plan.append("hangs_after_commit")
    await page.say("a chatbot")
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    assert len(apologies(page)) == 1


async def test_an_apology_is_in_the_visitors_language(house: House) -> None:
    page = await house.page(language="he")
    house.bot.plan.append("error")
    await page.say("שלום")
    await page.until_bot_said(3)
    excused = next(event for event in page.events if event.get("text") in apologies(page))
    assert (excused["lang"], excused["author"]) == ("he", "bot")


async def test_a_bot_that_comes_up_again_answers_what_waited(house: House) -> None:
    page = await house.page()
    await house.bot_server.stop()
    await page.say("first")
    await page.until(lambda page: len(apologies(page)) == 1)
    await page.say("second")
    await page.until(lambda page: len(apologies(page)) == 2)
    assert apologies(page)[0] != apologies(page)[1]
    again = Served(house.bot.app, house.bot_server.port)
    await again.start()
    await page.until(lambda page: "second -> email" in page.bot_said)
    answered = [text for text in page.bot_said if "->" in text]
    assert answered == ["/system -> need", "first -> industry", "second -> email"]
    await again.stop()


async def test_a_dead_action_server_never_completes_the_interview(
    house: House, database: Database
) -> None:
    page = await house.page()
    house.bot.always = "no_commit"
    await page.say("a chatbot")
    await page.until(lambda page: len(apologies(page)) == 1)
    house.bot.always = None
    await page.until_bot_said(3)
    assert "All done!" not in page.bot_said
    assert house.bot.seen[-1][1].answers == {}
    async with database.reading() as session:
        assert list(await session.scalars(select(AnswerRow.question))) == ["need"]


async def test_after_the_last_try_a_person_is_called(house: House, database: Database) -> None:
    page = await house.page()
    house.bot.always = "error"
    await page.say("first")
    await page.say("second")
    await page.until(lambda page: any("colleague" in text for text in page.bot_said))
    assert await states(database) == ["answered", "failed", "failed"]
    async with database.reading() as session:
        stuck = list(
            await session.scalars(
                select(DomainEvent.data).where(DomainEvent.name == "conversation.stuck")
            )
        )
    assert [event["conversation"] for event in stuck] == [page.conversation]
    house.bot.always = None
    await page.say("third")
    await page.until(lambda page: "third -> industry" in page.bot_said)


async def test_one_message_that_breaks_the_bot_does_not_hold_up_the_chat(
    house: House, database: Database
) -> None:
    page = await house.page()
    house.bot.poison = "poison"
    await page.say("poison")
    await page.until(lambda page: len(apologies(page)) == 1)
    await page.say("a chatbot")
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    await house.app.state.chat.turns.idle()
    assert await states(database) == ["answered", "failed", "answered"]


async def test_a_bridge_that_stops_in_the_middle_of_a_turn_goes_on_after(house: House) -> None:
    page = await house.page()
    house.bot.plan.append(1.0)
    await page.say("a chatbot")
    await eventually(lambda: "a chatbot" in house.bot.texts)
    _, server = house.bridges[-1]
    await server.stop()
    await house.start_bridge(server.port)
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    assert apologies(page) == []
    assert page.bot_said == ["/system -> need", "a chatbot -> industry"]


async def test_a_turn_of_a_bridge_that_died_is_found_when_its_lease_has_run_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dead(*_: object) -> None:
        """Whoever died gives nothing back."""

    page = await house.page()
    house.bot.plan.append("hangs_after_commit")
    await page.say("a chatbot")
    await eventually(lambda: "a chatbot" in house.bot.texts)
    monkeypatch.setattr(attempt, "_release", dead)
    _, server = house.bridges[-1]
    await server.stop()
    await house.start_bridge(server.port)
    await page.until(lambda page: "a chatbot -> industry" in page.bot_said)
    assert page.bot_said.count("a chatbot -> industry") == 1


async def test_two_bridges_on_one_database_answer_each_message_once(house: House) -> None:
    page = await house.page()
    await house.start_bridge()
    other = await house.another_tab(page)
    await asyncio.gather(*(tab.say(f"message {n}") for n in range(10) for tab in (page, other)))
    await page.until_bot_said(21)
    await asyncio.sleep(0.3)
    await page.fetch()
    assert len(page.bot_said) == 21
    assert house.bot.most_running[page.conversation] == 1


async def test_a_rep_who_takes_over_silences_the_bot(house: House, database: Database) -> None:
    page = await house.page()
    house.bot.always = "error"
    await page.say("hello?")
    await page.until(lambda page: len(apologies(page)) == 1)
    async with database.transaction() as session:
        await conversations.give_to(session, page.conversation, "usr_1", now=NOW)
    house.bot.always = None
    await house.app.state.chat.turns.idle()
    await page.say("anybody?")
    await page.fetch()
    assert "hello? -> industry" not in page.bot_said
    assert {"name": "handed_over"} in page.statuses


async def test_the_house_may_let_the_bot_speak(house: House, database: Database) -> None:
    page = await house.page()
    async with house.app.state.database.transaction() as session:
        await service.queue_system_turn(session, page.conversation, "hold_expired", now=NOW)
    await page.until_bot_said(2)
    assert house.bot.seen[-1][1].utterance.system == "hold_expired"


async def test_a_conversation_that_is_closed_is_told_last(house: House) -> None:
    page = await house.page()
    house.bot.news.append(News(name="conversation_closed"))
    await page.say("bye")
    await page.until_bot_said(2)
    assert page.events[-1]["status"] == {"name": "closed"}


async def test_the_log_is_never_edited(house: House, database: Database) -> None:
    page = await house.page()
    async with database.reading() as session:
        before = {row.seq: row.text for row in await session.scalars(select(EventRow))}
    await page.say("hello")
    await page.until_bot_said(2)
    async with database.reading() as session:
        after = {row.seq: row.text for row in await session.scalars(select(EventRow))}
    assert before.items() < after.items()
