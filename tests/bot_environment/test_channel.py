"""The door: answers as bubbles, and every fault as a 5xx with a code."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.bot_environment.action_server import said
from tests.bot_environment.conftest import KEY, snapshot

SECRET = "my e-mail is jane@acme.io"


def test_health_names_the_model_once_it_is_loaded(house: Any) -> None:
    async def scenario(bot: Any) -> None:
        async with bot.client.get(f"{bot.url}/") as answer:
            assert answer.status == 200
            assert await answer.json() == {"model": "usher-test.tar.gz"}
        bot.agent.processor = None
        async with bot.client.get(f"{bot.url}/") as answer:
            assert answer.status == 503
            assert (await answer.json(content_type=None))["code"] == "not_ready"

    house(scenario)


def test_each_utterance_is_one_bubble_with_all_that_belongs_to_it(house: Any, actions: Any) -> None:
    button = {"title": "Retail", "payload": "set:industry:retail"}
    first = {"key": "", "text": "One.\n\nStill one.", "language": "en", "says": ["ack"]}
    second = {"key": "", "text": "Which?", "language": "en", "buttons": [button], "openings": []}
    actions.answer = lambda call: said(first, second)

    async def scenario(bot: Any) -> None:
        status, body = await bot.turn("hello")
        assert status == 200
        assert [bubble["text"] for bubble in body["messages"]] == ["One.\n\nStill one.", "Which?"]
        assert body["messages"][0]["says"] == ["ack"]
        assert body["messages"][1]["buttons"] == [button]

    house(scenario)


def test_a_dead_action_server_is_a_502_and_nothing_completes(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        bot.agent.action_endpoint.url = "http://127.0.0.1:9/webhook"
        status, body = await bot.turn("hello")
        assert (status, body["code"]) == (502, "action_unreachable")
        assert await bot.agent.tracker_store.retrieve("cnv_1") is None

    house(scenario)


def test_a_failing_action_is_a_502_and_its_echo_of_the_tracker_is_thrown_away(
    house: Any, actions: Any, caplog: Any
) -> None:
    actions.answer = lambda call: web.json_response(
        {"error": "boom", "tracker": call["tracker"]}, status=500
    )

    async def scenario(bot: Any) -> None:
        status, body = await bot.turn(SECRET)
        assert (status, body["code"]) == (502, "action_failed")
        assert "jane@acme.io" not in str(body)

    house(scenario)
    assert "action_failed" in caplog.text
    assert "jane@acme.io" not in caplog.text


def test_an_answer_of_another_shape_is_a_502(house: Any, actions: Any) -> None:
    actions.answer = lambda call: {"events": [{"event": "no such kind"}], "responses": []}

    async def scenario(bot: Any) -> None:
        status, body = await bot.turn("hello")
        assert (status, body["code"]) == (502, "action_failed")

    house(scenario)


def test_a_slow_action_is_given_up(house: Any) -> None:
    async def scenario(bot: Any) -> None:
        writers = []
        silent = await asyncio.start_server(
            lambda reader, writer: writers.append(writer), "127.0.0.1", 0
        )
        port = silent.sockets[0].getsockname()[1]
        bot.agent.action_endpoint.url = f"http://127.0.0.1:{port}/webhook"
        bot.agent.action_endpoint.kwargs["timeout_seconds"] = 0.2
        status, body = await bot.turn("hello")
        silent.close()
        for writer in writers:
            writer.transport.abort()
        assert (status, body["code"]) == (502, "action_unreachable")

    house(scenario)


def test_a_failed_turn_can_be_sent_again(house: Any, actions: Any) -> None:
    healthy = actions.answer

    async def scenario(bot: Any) -> None:
        assert (await bot.turn("hello"))[0] == 200
        actions.answer = lambda call: web.Response(status=500)
        assert (await bot.turn("Acme Ltd"))[0] == 502
        actions.answer = healthy
        assert (await bot.turn("Acme Ltd"))[0] == 200
        assert [event["event"] for event in actions.calls[-1]["tracker"]["events"]].count(
            "user"
        ) == 1

    house(scenario)


def test_a_fault_inside_rasa_is_a_500(house: Any, monkeypatch: Any, caplog: Any) -> None:
    async def scenario(bot: Any) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise KeyError(SECRET)

        monkeypatch.setattr(bot.agent.processor, "_parse_message_with_graph", broken)
        status, body = await bot.turn(SECRET)
        assert (status, body["code"]) == (500, "turn_failed")
        assert "jane" not in str(body)

    house(scenario)
    assert "jane" not in caplog.text


def test_saying_nothing_is_a_failure(house: Any, actions: Any) -> None:
    actions.answer = lambda call: said()

    async def scenario(bot: Any) -> None:
        status, body = await bot.turn("hello")
        assert (status, body["code"]) == (500, "silent")

    house(scenario)


@pytest.mark.parametrize(
    "text", ["👍🎉", "???", "…", "a" * 2000, "‏", "<script>alert(1)</script>", "ok " * 600]
)
def test_whatever_is_typed_reaches_the_action(house: Any, actions: Any, text: str) -> None:
    async def scenario(bot: Any) -> None:
        status, body = await bot.turn(text)
        assert status == 200
        assert body["messages"]
        assert actions.calls[-1]["tracker"]["latest_message"]["intent"]["name"]

    house(scenario)


@pytest.mark.parametrize("text", ["/restart", '/inform{"answer": "x"}', "  /press", "/press "])
def test_typed_commands_are_refused(house: Any, actions: Any, text: str) -> None:
    async def scenario(bot: Any) -> None:
        status, body = await bot.turn(text)
        assert (status, body["code"]) == (400, "bad_request")
        assert not actions.calls

    house(scenario)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"sender": "c", "text": "hi"},
        {"sender": "", "text": "hi", "metadata": {"snapshot": {}}},
        {"sender": "c", "text": " ", "metadata": {"snapshot": {}}},
        {"sender": "c", "text": 5, "metadata": {"snapshot": {}}},
        {"sender": "c", "text": "hi", "metadata": {"snapshot": "x"}},
    ],
)
def test_what_is_not_a_turn_is_a_400(house: Any, body: Any) -> None:
    async def scenario(bot: Any) -> None:
        status, answer = await bot.post(body)
        assert (status, answer["code"]) == (400, "bad_request")

    house(scenario)


def test_a_body_that_is_not_json_is_a_400(house: Any) -> None:
    async def scenario(bot: Any) -> None:
        async with bot.client.post(f"{bot.url}/webhook", data=b"{") as answer:
            assert answer.status == 400
            assert answer.content_type == "application/problem+json"

    house(scenario)


def test_three_quick_messages_of_one_visitor_are_handled_in_order(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        tasks = []
        for text in ("first", "second", "third"):
            tasks.append(asyncio.ensure_future(bot.turn(text)))
            await asyncio.sleep(0.02)
        assert [status for status, _ in await asyncio.gather(*tasks)] == [200, 200, 200]
        texts = [call["tracker"]["latest_message"]["text"] for call in actions.calls]
        assert texts == ["first", "second", "third"]

    house(scenario)


def test_a_caller_that_hangs_up_leaves_the_conversation_usable(house: Any, actions: Any) -> None:
    async def scenario(bot: Any) -> None:
        body = {"sender": "cnv_1", "text": "hi", "metadata": {"snapshot": snapshot()}}
        with pytest.raises(asyncio.TimeoutError):
            async with bot.client.post(
                f"{bot.url}/webhook", json=body, timeout=aiohttp.ClientTimeout(total=0.001)
            ):
                pass
        assert (await bot.turn("hello"))[0] == 200

    house(scenario)


@pytest.mark.parametrize("key", [None, "", "wrong", KEY + "x"])
def test_only_who_knows_the_internal_key_may_erase(house: Any, key: Any) -> None:
    async def scenario(bot: Any) -> None:
        await bot.turn("hello")
        assert await bot.erase("cnv_1", key) == 403
        assert await bot.agent.tracker_store.retrieve("cnv_1") is not None

    house(scenario)


def test_nobody_may_erase_where_no_key_is_set(house: Any, monkeypatch: Any) -> None:
    async def scenario(bot: Any) -> None:
        monkeypatch.setenv("USHER_INTERNAL_KEY", "")
        assert await bot.erase("cnv_1", "") == 403

    house(scenario)


def test_erasing_leaves_nothing_in_memory_or_in_the_database(house: Any, tmp_path: Any) -> None:
    async def scenario(bot: Any) -> None:
        await bot.turn("hello", sender="cnv_gone")
        await bot.turn("hello", sender="cnv_kept")
        assert await bot.erase("cnv_gone") == 204
        assert await bot.erase("cnv_never_seen") == 204
        store = bot.agent.tracker_store
        assert await store.retrieve("cnv_gone") is None
        assert list(await store.keys()) == ["cnv_kept"]

    house(scenario)
