"""What is remembered between two messages, on SQLite and (where it runs) PostgreSQL."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Restarted, SlotSet, UserUttered
from rasa.shared.core.slots import AnySlot
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import (
    DAY_SECONDS,
    KEPT_DAYS,
    CheckpointStore,
    checkpoint_of,
    database_url,
    events_of,
)
from tests import postgresql

SECRET = "jane.doe@acme.io"
SLOTS = ["answer", "requested_slot", "session_started_metadata"]


def domain() -> Domain:
    made = Domain.empty()
    made.slots = [AnySlot(name, mappings=[{"type": "custom"}]) for name in SLOTS]
    return made


def talked(sender: str = "cnv_1") -> DialogueStateTracker:
    """A tracker after one turn, as Rasa leaves it."""
    tracker = DialogueStateTracker(sender, domain().slots)
    metadata = {"snapshot": {"answers": {"email": SECRET}}}
    for event in (
        SlotSet("session_started_metadata", metadata),
        ActionExecuted("action_listen"),
        UserUttered(SECRET, {"name": "inform"}, metadata=metadata),
        ActionExecuted("interview_form"),
        ActiveLoop("interview_form"),
        SlotSet("answer", None),
        SlotSet("requested_slot", "answer"),
        ActionExecuted("action_listen"),
    ):
        tracker.update(event)
    return tracker


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql.running() as address:
        yield f"postgresql://{address.partition('://')[2]}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.sqlite'}"
        return
    address = request.getfixturevalue("server")
    yield address
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS bot_trackers"))
    engine.dispose()


def store(url: str, **settings: Any) -> CheckpointStore:
    return CheckpointStore(domain(), url=url, **settings)


def save(keeper: CheckpointStore, *trackers: DialogueStateTracker) -> None:
    for tracker in trackers:
        asyncio.run(keeper.save(tracker))


def test_a_conversation_survives_a_restart(url: str) -> None:
    save(store(url), talked())
    found = asyncio.run(store(url).retrieve("cnv_1"))
    assert found is not None
    assert found.active_loop_name == "interview_form"
    assert found.get_slot("requested_slot") == "answer"
    assert found.latest_action_name == "action_listen"
    assert not found.is_active_loop_rejected


def test_an_unknown_conversation_is_none(url: str) -> None:
    assert asyncio.run(store(url).retrieve("cnv_x")) is None


def test_the_checkpoint_leads_to_itself() -> None:
    checkpoint = checkpoint_of(talked())
    again = DialogueStateTracker.from_events("cnv_1", events_of(checkpoint), domain().slots)
    assert checkpoint_of(again) == checkpoint
    assert again.applied_events()  # else Rasa would start a new session


def test_no_word_of_the_visitor_is_written(tmp_path: Path) -> None:
    keeper = store(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    save(keeper, talked())
    dump = "\n".join(sqlite3.connect(tmp_path / "bot.sqlite").iterdump())
    assert "interview_form" in dump
    assert SECRET not in dump


def test_a_long_talk_stays_as_short_as_a_short_one(url: str) -> None:
    async def talk() -> list[int]:
        keeper, lengths = store(url), []
        await keeper.save(talked())
        for _ in range(30):
            tracker = await keeper.retrieve("cnv_1")
            assert tracker is not None
            lengths.append(len(tracker.events))
            for event in list(talked().events)[2:]:
                tracker.update(event)
            await keeper.save(tracker)
        return lengths

    assert len(set(asyncio.run(talk()))) == 1


def test_the_database_is_left_alone_while_nothing_changes(url: str, monkeypatch: Any) -> None:
    keeper = store(url)
    save(keeper, talked())

    def unwanted(*_: Any) -> None:
        raise AssertionError("written")

    monkeypatch.setattr(keeper._rows, "write", unwanted)
    save(keeper, talked(), talked())


def test_a_changed_loop_is_written(url: str) -> None:
    keeper = store(url)
    tracker = talked()
    save(keeper, tracker)
    tracker.update(ActiveLoop(None))
    tracker.update(SlotSet("requested_slot", None))
    save(keeper, tracker)
    found = asyncio.run(store(url).retrieve("cnv_1"))
    assert found is not None
    assert found.active_loop_name is None


def test_memory_is_bounded_and_the_forgotten_are_read_again(url: str) -> None:
    keeper = store(url, living=3)
    save(keeper, *(talked(f"cnv_{number}") for number in range(10)))
    assert len(keeper._known) == len(keeper._written_at) == 3
    assert asyncio.run(keeper.retrieve("cnv_0")) is not None
    assert len(keeper._known) == 3


def test_erasing_reaches_memory_and_database(url: str) -> None:
    keeper = store(url)
    save(keeper, talked("cnv_1"), talked("cnv_2"))
    assert asyncio.run(keeper.erase("cnv_1")) is True
    assert asyncio.run(keeper.erase("cnv_1")) is False
    assert asyncio.run(keeper.retrieve("cnv_1")) is None
    assert asyncio.run(store(url).keys()) == ["cnv_2"]


def test_rows_that_nobody_touched_for_long_go_away_at_a_start(url: str, monkeypatch: Any) -> None:
    then = time.time() - (KEPT_DAYS + 1) * DAY_SECONDS
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: then)
        save(store(url), talked("cnv_old"))
    save(store(url), talked("cnv_new"))
    assert asyncio.run(store(url).keys()) == ["cnv_new"]


def test_a_database_that_is_down_loses_no_turn(tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "bot.sqlite").mkdir()  # cannot be opened as a file
    keeper = store(f"sqlite:///{tmp_path / 'bot.sqlite'}")
    assert asyncio.run(keeper.retrieve("cnv_1")) is None
    save(keeper, talked())
    found = asyncio.run(keeper.retrieve("cnv_1"))
    assert found is not None
    assert found.active_loop_name == "interview_form"
    assert "OperationalError" in caplog.text
    assert SECRET not in caplog.text


def test_an_erasure_that_did_not_happen_does_not_look_like_one(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite").mkdir()
    with pytest.raises(sa.exc.SQLAlchemyError):
        asyncio.run(store(f"sqlite:///{tmp_path / 'bot.sqlite'}").erase("cnv_1"))


def test_a_restarted_tracker_is_kept_without_its_loop(url: str) -> None:
    tracker = talked()
    tracker.update(Restarted())
    keeper = store(url)
    save(keeper, tracker)
    found = asyncio.run(keeper.retrieve("cnv_1"))
    assert found is not None
    assert found.active_loop_name is None


@pytest.mark.parametrize(
    ("own", "bridge", "expected"),
    [
        ("", "", "sqlite:///V/bot.sqlite"),
        ("", "sqlite+aiosqlite:///V/usher.sqlite", "sqlite:///V/bot.sqlite"),
        ("", "postgresql+psycopg://u:p@h/d", "postgresql://u:p@h/d"),
        ("sqlite:///own.sqlite", "postgresql+psycopg://u:p@h/d", "sqlite:///own.sqlite"),
        ("postgresql+asyncpg://h/bot", "", "postgresql://h/bot"),
    ],
)
def test_the_database_is_the_bridges_kind(
    monkeypatch: pytest.MonkeyPatch, own: str, bridge: str, expected: str
) -> None:
    monkeypatch.setenv("USHER_VAR", "V")
    monkeypatch.setenv("USHER_BOT_DATABASE_URL", own)
    monkeypatch.setenv("USHER_DATABASE_URL", bridge)
    assert database_url() == expected
