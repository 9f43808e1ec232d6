"""The log reaches every page whole and in order, however it is read."""

import asyncio
import json
import time
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from contracts.turn import News
from crm_bridge.chat import service, stream
from crm_bridge.conversations import transcript
from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.chat.conftest import House
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.conftest import NOW

# SQLite has one worker; there the heartbeat finds what a command writes.
OTHER_WORKERS = pytest.mark.parametrize(
    "database_url",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)


async def eventually(page: Page, count: int, seconds: float = 10) -> None:
    """Wait until a page that follows its stream shows that many messages."""
    async with asyncio.timeout(seconds):
        while len(page.shown) < count:
            page.grown.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(page.grown.wait(), 0.2)


async def tell(database: Database, page: Page, words: str) -> None:
    async with database.transaction() as session:
        await service.post_system_message(session, page.conversation, words, now=NOW)


class RawStream:
    """The bytes of a stream as they come."""

    def __init__(self, page: Page, **headers: str) -> None:
        self._context = page.http.stream("GET", "events", headers=headers)
        self.text = ""

    async def __aenter__(self) -> "RawStream":
        self.response = await self._context.__aenter__()
        self._chunks = self.response.aiter_text()
        return self

    async def __aexit__(self, *fault: Any) -> None:
        await self._context.__aexit__(*fault)

    async def until(self, wanted: str, seconds: float = 5) -> str:
        async with asyncio.timeout(seconds):
            while wanted not in self.text:
                self.text += await anext(self._chunks)
        return self.text


async def test_a_stream_is_what_the_standard_says(house: House) -> None:
    page = await house.page()
    async with RawStream(page) as raw:
        assert raw.response.headers["content-type"].startswith("text/event-stream")
        assert raw.response.headers["x-accel-buffering"] == "no"
        assert raw.response.headers["cache-control"] == "no-store"
        frames = (await raw.until('"id":"need"')).strip().split("\n\n")
    assert frames[0] == ": here"
    for number, frame in enumerate(frames[1:], 1):
        first, second = frame.split("\n")
        assert first == f"id: {number}"
        assert json.loads(second.removeprefix("data: "))["seq"] == number


async def test_the_first_byte_comes_before_anything_happens(house: House) -> None:
    page = await house.page()
    async with RawStream(page, **{"Last-Event-ID": "999"}) as raw:
        assert await raw.until(":") == ": here\n\n"


async def test_a_quiet_stream_says_that_it_lives(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    page = await house.page()
    async with RawStream(page, **{"Last-Event-ID": "999"}) as raw:
        await raw.until(": still here\n\n: still here\n\n")


async def test_what_happens_is_seen_at_once_in_every_tab(house: House) -> None:
    page = await house.page()
    tab = await house.another_tab(page)
    page.follow()
    tab.follow()
    await page.say("hello")
    for each in (page, tab):
        await eventually(each, 3)
    assert page.events == tab.events


async def test_a_reloaded_page_sees_the_whole_history(house: House) -> None:
    page = await house.page()
    await page.say("hello")
    await page.until_bot_said(2)
    reloaded = await house.another_tab(page)
    await reloaded.fetch()
    assert reloaded.events == page.events


@pytest.mark.parametrize("after", [0, 1])
async def test_the_later_of_two_marks_counts(house: House, after: int) -> None:
    page = await house.page()
    response = await page.http.get(
        f"events?after={after}&wait=0", headers={"Last-Event-ID": str(page.seq)}
    )
    assert response.json() == {"events": []}


@pytest.mark.parametrize("mark", ["", "x", "-1", "1e9", "9" * 40, "१"])
async def test_a_mark_that_is_none_means_the_beginning(house: House, mark: str) -> None:
    page = await house.page()
    response = await page.http.get(
        "events?wait=0",
        headers={"Last-Event-ID": mark.encode("utf-8")},  # type: ignore[dict-item]
    )
    assert response.json()["events"][0]["seq"] == 1


async def test_a_long_poll_answers_when_something_comes(house: House, database: Database) -> None:
    page = await house.page()
    waiting = asyncio.create_task(page.fetch(wait=20))
    await asyncio.sleep(0.2)
    await tell(house.app.state.database, page, "now")
    assert [event["text"] for event in await asyncio.wait_for(waiting, 5)] == ["now"]


async def test_a_long_poll_without_news_ends_empty(house: House) -> None:
    page = await house.page()
    assert await page.fetch(wait=0.1) == []


async def test_nothing_is_lost_between_history_and_live(house: House) -> None:
    page = await house.page()
    database = house.app.state.database

    async def chatter() -> None:
        for number in range(60):
            await tell(database, page, f"line {number}")

    talking = asyncio.create_task(chatter())
    tabs = []
    while not talking.done():
        tab = await house.another_tab(page)
        tab.follow()
        tabs.append(tab)
        await asyncio.sleep(0.1)
        if len(tabs) == 8:
            break
    await talking
    for tab in tabs:
        await eventually(tab, 61)
        assert [text for author, text in tab.shown if author == "system"] == [
            f"line {number}" for number in range(60)
        ]


@OTHER_WORKERS
async def test_what_another_worker_writes_is_seen(house: House, database: Database) -> None:
    page = await house.page()
    page.follow()
    await asyncio.sleep(0.3)
    other = Database(make_engine(house.settings.database))
    await tell(other, page, "from elsewhere")
    await eventually(page, 2, seconds=5)
    assert page.shown[-1] == ("system", "from elsewhere")
    await other.close()


@OTHER_WORKERS
async def test_after_a_lost_connection_to_the_other_workers_everybody_looks(house: House) -> None:
    page = await house.page()
    page.follow()
    await asyncio.sleep(0.3)
    other = Database(make_engine(house.settings.database))
    async with other.transaction() as session:
        await session.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            )
        )
    await tell(other, page, "from elsewhere")
    await eventually(page, 2, seconds=5)
    await other.close()


async def test_what_a_command_writes_is_found_by_the_heartbeat(
    house: House, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.2)
    page = await house.page()
    page.follow()
    await asyncio.sleep(0.3)
    await tell(database, page, "from a command")
    await eventually(page, 2, seconds=5)


async def test_news_for_staff_is_not_shown_to_the_visitor(house: House) -> None:
    page = await house.page()
    house.bot.news.append(News(name="abuse_noticed"))
    await page.say("hello")
    await page.until_bot_said(2)
    assert "abuse_noticed" not in json.dumps(page.events)
    assert all("says" not in event for event in page.events)


async def test_a_stream_ends_when_the_visitor_erases(house: House) -> None:
    page = await house.page()
    async with RawStream(page) as raw:
        await raw.until("need")
        await page.http.delete("sessions")
        with pytest.raises(StopAsyncIteration):
            await raw.until("never")


async def test_a_server_that_stops_lets_its_streams_go_within_a_second(house: House) -> None:
    page = await house.page()
    app, server = house.bridges[-1]
    async with RawStream(page) as raw:
        await raw.until("need")
        began = time.monotonic()
        app.state.chat.notifier.close()
        await server.stop()
        assert time.monotonic() - began < 2
        with suppress(StopAsyncIteration):
            await raw.until("never")


async def test_a_visitor_who_left_is_forgotten(house: House) -> None:
    page = await house.page()
    async with RawStream(page) as raw:
        await raw.until("need")
    notifier = house.app.state.chat.notifier
    async with asyncio.timeout(5):
        while notifier._bells:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_more_streams_than_anybody_has_tabs_are_refused(house: House) -> None:
    page = await house.page()
    notifier = house.app.state.chat.notifier
    with ExitStack() as tabs:
        for _ in range(12):
            tabs.enter_context(notifier.follow(page.conversation))
        for path in ("events", "events?wait=1"):
            response = await page.http.get(path)
            assert response.status_code == 429
            assert "Retry-After" in response.headers


async def test_events_need_a_session(house: House) -> None:
    page = await house.page(opened=False)
    for path in ("events", "events?wait=0"):
        assert (await page.http.get(path)).status_code == 401


async def test_a_log_that_cannot_be_read_ends_the_stream_and_nothing_is_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_row: Any) -> Any:
        raise OperationalError("SELECT", {}, OSError())

    page = await house.page()
    async with RawStream(page) as raw:
        await raw.until("need")
        with monkeypatch.context() as broken:
            broken.setattr(transcript, "shown", away)
            await tell(house.app.state.database, page, "lost?")
            with pytest.raises(StopAsyncIteration):
                await raw.until("never")
    page.follow()
    await eventually(page, 2)
    assert page.shown[-1] == ("system", "lost?")
