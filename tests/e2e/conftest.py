"""A real Usher and a real browser for the tests that use Usher as people do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import launched
from tests.postgresql import missing
from tests.stack import Stack, running

NOW = "2026-03-11T10:00:00+01:00"  # a Wednesday


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Usher as `make run` starts it, with a folder, ports and a date of its own."""
    if not (Path(__file__).parents[2] / ".venv/bot/bin/python").exists():
        missing("the bot environment (make environments)")
    calendars = {
        "USHER_EGRESS__PRIVATE_HOSTS": "127.0.0.1",  # where the calendars of tests are
        "USHER_CALENDARS__EVERY_SECONDS": "2",
    }
    with running(tmp_path_factory.mktemp("usher"), now=NOW, more=calendars) as stack:
        yield stack


# Not for the whole session: while Playwright's loop is there, no other test can run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser
