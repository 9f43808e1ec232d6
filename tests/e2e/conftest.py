"""A real Usher and a real browser for the tests that use Usher as people do."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.postgresql import missing
from tests.stack import Stack, running

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOW = "2026-03-11T10:00:00+01:00"  # a Wednesday


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Usher as `make run` starts it, with a folder, ports and a date of its own."""
    if not (Path(__file__).parents[2] / ".venv/bot/bin/python").exists():
        missing("the bot environment (make environments)")
    with running(tmp_path_factory.mktemp("usher"), now=NOW) as stack:
        yield stack


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not os.access(CHROMIUM, os.X_OK):
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
