"""The rules with real Rasa: one action call a message, whatever the message."""

from typing import Any

import pytest

from tests.bot_environment.action_server import said

BUBBLE = {"key": "", "text": "next question", "language": "en"}


def test_one_action_call_a_message_from_the_first_on(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        for number, text in enumerate(["hello", "retail", "why do you ask?", "no"], start=1):
            status, body = await bot.turn(text)
            assert status == 200
            assert len(body["messages"]) == 1
            assert len(actions.calls) == number
        assert {call["next_action"] for call in actions.calls} == {"validate_interview_form"}

    house(scenario)


def test_the_action_gets_the_snapshot_once_and_the_intent_with_its_ranking(
    house: Any, actions: Any
) -> None:
    async def scenario(bot: Any) -> None:
        await bot.turn("hello")
        await bot.turn("can I talk to a person?", answers={"name": "only-once"})
        call = actions.calls[-1]
        latest = call["tracker"]["latest_message"]
        assert latest["metadata"]["snapshot"]["answers"] == {"name": "only-once"}
        assert latest["intent"]["name"] == "handoff"
        assert 1 < len(latest["intent_ranking"]) <= 10
        assert str(call).count("only-once") == 1
        assert call["domain"] == {}  # wanted by the SDK, read by nobody

    house(scenario)


@pytest.mark.parametrize(("text", "intent"), [("/press", "press"), ("/system", "system")])
def test_commands_of_the_bridge_arrive_as_their_intent(
    house: Any, actions: Any, text: str, intent: str
) -> None:
    async def scenario(bot: Any) -> None:
        assert (await bot.turn(text))[0] == 200
        assert (await bot.turn(text))[0] == 200
        latest = actions.calls[-1]["tracker"]["latest_message"]
        assert latest["intent"]["name"] == intent

    house(scenario)


@pytest.mark.parametrize("text", ["start over", "let's start again from the beginning"])
def test_starting_over_reaches_the_interview_and_not_rasas_own_restart(
    house: Any, actions: Any, text: str
) -> None:
    async def scenario(bot: Any) -> None:
        await bot.turn("hello")
        status, body = await bot.turn(text)
        assert status == 200
        assert actions.calls[-1]["tracker"]["latest_message"]["intent"]["name"] == "restart"
        assert body["messages"][0]["text"] == "next question"

    house(scenario)


def test_after_the_form_ended_the_next_message_opens_it_again(house: Any, actions: Any) -> None:
    ended = [{"event": "slot", "name": "requested_slot", "value": None, "timestamp": None}]

    async def scenario(bot: Any) -> None:
        await bot.turn("hello")
        actions.answer = lambda call: said(BUBBLE, events=ended)
        assert (await bot.turn("thanks, bye"))[0] == 200
        actions.answer = lambda call: said(BUBBLE)
        status, body = await bot.turn("are you still there?")
        assert status == 200
        assert [bubble["text"] for bubble in body["messages"]] == ["next question"]
        assert len(actions.calls) == 3

    house(scenario)


def test_turn_one_hundred_sends_no_more_than_turn_ten(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        for _ in range(100):
            assert (await bot.turn("about 25 people"))[0] == 200
        sizes = [len(str(call)) for call in actions.calls]
        assert sizes[99] == pytest.approx(sizes[9], rel=0.02)
        tracker = await bot.agent.tracker_store.retrieve("cnv_1")
        assert len(tracker.events) <= 6

    house(scenario)


def test_keeps_its_connection_to_the_action_server(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        for _ in range(5):
            await bot.turn("hello")
        assert len(actions.peers) == 1

    house(scenario)
