"""Whoever ends the chat for good is forgotten by every process: no database and no file of a
running Usher knows them, and each held something of theirs before (the bot's tracker and the durable
works hold ids alone)."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cases.visitor import Visitor
from tests.e2e.records import Records
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

NAME = "Zvezdana Pozabljena"
BRIDGE, BOT, DURABLE = "usher.sqlite", "bot.sqlite", "durable.sqlite"


def _rows(file: Path) -> Iterator[str]:
    """Every row of every table of a database, as text."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=30) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        listed = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for (table,) in database.execute(listed).fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                yield " ".join(map(str, row))
    database.close()


def _knowing(var: Path, words: tuple[str, ...]) -> set[str]:
    """The databases and files under var/ that hold one of the words."""
    wanted = [word.casefold() for word in words]
    found = set()
    for path in var.rglob("*"):
        if path.suffix == ".sqlite":
            lines = list(_rows(path))
        elif path.is_file() and ".sqlite-" not in path.name and "models" not in path.parts:
            lines = [path.read_text("utf-8", errors="replace")]
        else:
            continue
        if any(word in line.casefold() for line in lines for word in wanted):
            found.add("mail" if path.suffix == ".eml" else path.name)
    return found


def _booked(records: Records, conversation: str, address: str) -> str:
    """A meeting, which durable work follows."""
    window = {"from": "2026-03-12T00:00:00Z", "to": "2026-03-14T00:00:00Z"}
    opening = records.get("openings", playbook="consulting", **window)["openings"][0]
    wanted = {
        "playbook": "consulting",
        "start": opening["start"],
        "conversation_id": conversation,
    }
    held = records.api.post("holds", json=wanted)
    held.raise_for_status()
    contact = {"name": NAME, "email": address}
    made = records.api.post("bookings", json={"hold": held.json()["hold"], "contact": contact})
    made.raise_for_status()
    return str(made.json()["id"])


def test_every_process_forgets(stack: Stack) -> None:
    records = Records.of(stack)
    address = f"zvezdana{time.monotonic_ns()}@pozaba.si"
    words = (address, NAME)
    visitor = Visitor.arrive(stack.url, language="en")
    visitor.say(f"my name is {NAME} and my e-mail is {address}")
    booking = _booked(records, visitor.conversation, address)
    records.mails_to(address)
    var = Path(stack.var)
    assert {BRIDGE, "mail"} <= _knowing(var, words)
    chat = (visitor.conversation,)
    assert BOT in _knowing(var, chat), "its tracker has the conversation, though not its words"
    assert DURABLE in _knowing(var, (booking,)), "what follows a booking is under way there"
    visitor.http.delete("sessions").raise_for_status()
    wait_for("nobody to know them", lambda: not _knowing(var, words), seconds=90)
    wait_for("the tracker to be gone", lambda: BOT not in _knowing(var, chat), seconds=60)
    assert _knowing(var, words) == set()
