"""`usher advisor connect …`, `calendars` and `disconnect`, as an operator types them."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from crm_bridge.booking import commands as openings
from crm_bridge.calendars import commands as advisor
from crm_bridge.core.database import Base, make_engine
from tests.crm_bridge.calendars.places.place import Event
from tests.crm_bridge.calendars.places.radicale import PASSWORD, USER, RadicalePlace
from tests.crm_bridge.calendars.test_contract import at

NEW = ("create", "maja", "--name", "Maja", "--email", "m@polaris.test", "--timezone", "Europe/Oslo")


@pytest.fixture(autouse=True)
def _an_advisor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'usher.sqlite'}"
    for name, value in (
        ("DATABASE_URL", url),
        ("INTERNAL_KEY", "k"),
        ("SECRET_KEY", "s"),
        ("NOW", "2026-03-11T10:00:00+01:00"),
        ("EGRESS__PRIVATE_HOSTS", "127.0.0.1"),
        ("GOOGLE__CLIENT_ID", "our-client"),
        ("CALENDAR_PASSWORD", PASSWORD),
    ):
        monkeypatch.setenv(f"USHER_{name}", value)

    async def create() -> None:
        engine = make_engine(url)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await engine.dispose()

    asyncio.run(create())
    assert _usher(*NEW).exit_code == 0


@pytest.fixture
def work(radicale_url: str) -> Iterator[RadicalePlace]:
    from crm_bridge.core.egress import Egress

    place = RadicalePlace(radicale_url, Egress())
    yield place
    place.close()


def _usher(*words: str) -> Result:
    app = openings.app if words[0] == "explain" else advisor.app
    return CliRunner().invoke(app, list(words))


def test_a_caldav_account_is_found_from_the_servers_address_and_read(work: RadicalePlace) -> None:
    work.put(Event("lunch", at(12, 11), at(12, 12)))
    made = _usher(
        "connect", "caldav", "maja", work.base, "--username", USER, "--calendar", work.name,
        "--json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    told = json.loads(made.output)
    assert (told["status"], told["busy_times"], told["writes"]) == ("ok", 1, True)
    assert PASSWORD not in made.output
    (listed,) = json.loads(_usher("calendars", "maja", "--json").output)
    assert listed["id"] == told["id"]
    assert "secret" not in listed
    assert _usher("disconnect", told["id"]).exit_code == 0
    assert _usher("calendars").output == ""
    assert _usher("disconnect", told["id"]).exit_code == 1


def test_a_wrong_password_is_one_line(work: RadicalePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USHER_CALENDAR_PASSWORD", "wrong")
    refused = _usher("connect", "caldav", "maja", work.url, "--username", USER)
    assert refused.exit_code == 1
    assert refused.output == "usher: the calendar's server does not take the password any more\n"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://calendar.test/x.ics", "https://"),
        ("ftp://calendar.test/x.ics", "not an address of the web"),
        ("https://169.254.169.254/x.ics", "not on the public internet"),
    ],
)
def test_addresses_that_must_not_be_asked_are_refused(url: str, why: str) -> None:
    refused = _usher("connect", "ics", "maja", url)
    assert refused.exit_code == 1
    assert why in refused.output


def test_openings_say_why_a_calendar_that_was_never_read_offers_nothing() -> None:
    assert _usher("connect", "ics", "maja", "https://169.254.169.254/x.ics").exit_code == 1
    (told,) = json.loads(_usher("explain", "--advisor", "maja", "--json").output)
    assert told["openings"] == 0
    assert "has a calendar (ics calendar)" in told["why"]


def test_without_a_key_nothing_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USHER_SECRET_KEY", "")
    refused = _usher("connect", "ics", "maja", "https://calendar.test/x.ics")
    assert refused.exit_code == 1
    assert "USHER_SECRET_KEY" in refused.output


def test_google_is_connected_by_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(_usher("connect", "google", "maja", "--json").output)
    assert told["link"].startswith("https://accounts.google.com/o/oauth2/v2/auth?client_id=our")
    assert "code_challenge=" in told["link"]
    monkeypatch.setenv("USHER_GOOGLE__CLIENT_ID", "")
    unset = _usher("connect", "google", "maja")
    assert "USHER_GOOGLE__CLIENT_ID" in unset.output
    assert _usher("connect", "google", "nobody").exit_code == 1


def test_every_command_has_help() -> None:
    for words in (("connect",), *(("connect", kind) for kind in ("ics", "caldav", "google", "microsoft")), ("calendars",), ("disconnect",)):  # fmt: skip
        assert "Usage" in _usher(*words, "--help").output
