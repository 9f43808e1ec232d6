"""`usher advisor` and `usher openings`, as an operator types them."""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from crm_bridge.booking import commands as openings
from crm_bridge.calendars import commands as advisor
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.core.database import Base, Database, make_engine

NEW = ("create", "maja", "--name", "Maja Novak", "--email", "maja@polaris.test")
LJUBLJANA = ("--timezone", "Europe/Ljubljana")


@pytest.fixture(autouse=True)
def _empty_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'usher.sqlite'}"
    monkeypatch.setenv("USHER_DATABASE_URL", url)
    monkeypatch.setenv("USHER_INTERNAL_KEY", "k")
    monkeypatch.setenv("USHER_SECRET_KEY", "s")
    monkeypatch.setenv("USHER_NOW", "2026-03-11T10:00:00+01:00")

    async def create() -> None:
        engine = make_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    asyncio.run(create())


def _usher(*words: str) -> Result:
    app = openings.app if words[0] == "explain" else advisor.app
    return CliRunner().invoke(app, list(words))


def test_an_advisor_is_made_with_hours_and_listed() -> None:
    made = _usher(
        *NEW, *LJUBLJANA, "--works", "mon-wed,fri 09:00-12:00", "--works", "thu 22:00-02:00"
    )
    assert made.exit_code == 0
    (listed,) = json.loads(_usher("list", "--json").output)
    assert (listed["id"], listed["status"]) == ("maja", "active")
    assert listed["hours"] == ["mon,tue,wed,fri 09:00-12:00", "thu 22:00-02:00"]
    assert "Maja Novak, Europe/Ljubljana" in _usher("list").output


def test_hours_and_different_dates_are_shown_as_they_are_written() -> None:
    _usher(*NEW, *LJUBLJANA)
    given = (
        "--works",
        "mon-fri 09:00-17:00",
        "--on",
        "2026-12-24 09:00-12:00",
        "--on",
        "2026-12-25 off",
    )
    wanted = ["mon,tue,wed,thu,fri 09:00-17:00", "2026-12-24 09:00-12:00", "2026-12-25 off"]
    assert _usher("hours", "maja", *given).output.splitlines() == wanted
    assert _usher("hours", "maja").output.splitlines() == wanted


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ((*NEW, "--timezone", "Mars/Base"), "is not an IANA time zone"),
        ((*NEW, *LJUBLJANA, "--works", "moonday 9-17"), "is not a day"),
        ((*NEW, *LJUBLJANA, "--works", "mon 9h"), "is not a span of time"),
        ((*NEW, *LJUBLJANA, "--works", "mon 09:01-17:00"), "multiple of five"),
        ((*NEW, *LJUBLJANA, "--languages", "xx"), "languages are"),
        (("hours", "nobody"), "there is no advisor nobody"),
        (("away", "nobody", "2026-07-01"), "there is no advisor nobody"),
        (("explain",), "name a playbook or an advisor"),
        (("explain", "--playbook", "none"), "no playbook none"),
    ],
)
def test_a_fault_of_the_input_is_one_clear_line(words: tuple[str, ...], what: str) -> None:
    answer = _usher(*words)
    assert answer.exit_code == 1
    assert what in answer.stderr
    assert len(answer.stderr.strip().splitlines()) == 1


def test_explain_tells_what_is_left_after_each_thing_considered() -> None:
    _usher(*NEW, *LJUBLJANA, "--works", "mon-fri 09:00-12:00", "--notice", "24")
    span = ("--from", "2026-03-12", "--to", "2026-03-13", "--timezone", "Europe/Ljubljana")
    answer = _usher("explain", "--advisor", "maja", *span)
    assert "maja: 9 openings" in answer.output
    assert "12 left after working hours" in answer.output
    assert "9 left after notice" in answer.output
    assert "first: Thu 2026-03-12 10:30" in answer.output


def test_time_off_is_shown_and_taken_back() -> None:
    _usher(*NEW, *LJUBLJANA)
    entry = _usher("away", "maja", "2026-03-12", "2026-03-13").output.strip()
    assert _usher("away", "maja").output.strip() == (
        f"{entry}  Thu, 12 Mar 2026, 00:00 CET to Sat, 14 Mar 2026, 00:00 CET"
    )
    assert _usher("back", "maja", entry).exit_code == 0
    assert _usher("away", "maja").output.strip() == ""
    assert f"maja has no time off {entry}" in _usher("back", "maja", entry).stderr


def test_explain_says_of_a_stale_calendar_when_it_was_read_and_how_often_it_must_be() -> None:
    _usher(*NEW, *LJUBLJANA)

    async def connected() -> None:
        database = Database(make_engine(os.environ["USHER_DATABASE_URL"]))
        async with database.transaction() as session:
            session.add(
                ConnectedCalendar(
                    id="cal_1",
                    advisor_id="maja",
                    kind="caldav",
                    name="work",
                    synced_at=datetime(2026, 3, 11, 8, 44, tzinfo=UTC),
                    created_at=datetime(2026, 3, 1, tzinfo=UTC),
                )
            )
        await database.close()

    asyncio.run(connected())
    said = _usher("explain", "--advisor", "maja").output
    assert "maja: 0 openings" in said
    assert "calendar (caldav work) that was last read 2026-03-11 08:44 UTC" in said
    assert "every 15 minutes" in said


def test_explain_names_the_reason_where_nothing_is_left() -> None:
    _usher(*NEW, *LJUBLJANA)
    away = _usher("away", "maja", "2026-03-12", "2026-03-13")
    assert away.output.startswith("off_")
    span = ("--from", "2026-03-12", "--to", "2026-03-13", "--timezone", "Europe/Ljubljana")
    answer = _usher("explain", "--advisor", "maja", *span, "--json")
    (told,) = json.loads(answer.output)
    assert told["why"] == "is busy by their calendar whenever they work"
    assert told["stages"][-1] == {"after": "their calendars", "left": 0}
    _usher("active", "maja", "--no")
    answer = _usher("explain", "--advisor", "maja", *span)
    assert "maja: 0 openings: is not active" in answer.output
