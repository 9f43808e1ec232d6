"""A code by mail in the chat, through all of Usher: before it nothing stored is shown, after it
one only confirms."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cases.visitor import Visitor
from tests.e2e.records import Records
from tests.stack import ROOT, Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

NAME, PHONE = "Ksenija Kvarner", "+38640777888"
WRONG = "does not hold"


@pytest.fixture(scope="module")
def site(stack: Stack) -> Iterator[str]:
    """A site whose playbook asks for the address first and offers a code."""
    slug = f"proving{time.monotonic_ns()}"
    source = (ROOT / "data/playbooks/consulting.yml").read_text("utf-8")
    source = source.replace("name: consulting", f"name: {slug}", 1)
    before, email, after = source.partition("  - id: email\n")
    block, phone, rest = after.partition("  - id: phone\n")
    source = f"{before}{phone}{rest}".replace("questions:\n", f"questions:\n{email}{block}", 1)
    file = Path(stack.var) / f"{slug}.yml"
    file.write_text(f"{source}\nidentity: {{prove: offer}}\n", "utf-8")
    stack.usher("publish", str(file))
    stack.usher("site", "create", slug, "--playbook", slug, "--origin", stack.url)
    yield slug
    file.unlink()


def _known(records: Records) -> str:
    """The address of somebody who is stored."""
    address = f"ksenija{time.monotonic_ns()}@kvarner.si"
    body = {"name": NAME, "emails": [address], "phones": [PHONE]}
    records.api.post("contacts", json=body).raise_for_status()
    return address


def _texts(events: list[dict[str, Any]]) -> str:
    return "\n".join(event.get("text") or "" for event in events)


def _offered(stack: Stack, site: str, address: str) -> tuple[Visitor, str]:
    """A visitor who gave the address, was offered a code and agreed; what the bot said."""
    visitor = Visitor.arrive(stack.url, language="en", site=site)
    offer = _texts(visitor.say(address))
    assert "code" in offer, offer
    agreed = _texts(visitor.say("yes"))
    assert "six digits" in agreed, agreed
    return visitor, f"{offer}\n{agreed}"


def _code(records: Records, address: str, nth: int = 1) -> str:
    return str(records.mails_to(address, nth)[-1]["Subject"]).rpartition(" ")[2]


def _other(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10**6:06d}"


def _answers(records: Records, visitor: Visitor) -> dict[str, Any]:
    return dict(records.get(f"conversations/{visitor.conversation}")["answers"])


def test_proved_by_a_code_one_only_confirms(stack: Stack, site: str) -> None:
    records = Records.of(stack)
    address = _known(records)
    visitor, _ = _offered(stack, site, address)
    code = _code(records, address)
    assert WRONG in _texts(visitor.say(_other(code)))
    shown = _texts(visitor.events)
    assert PHONE not in shown, "claimed is not proved"
    assert NAME not in shown
    visitor.say(f"{code[:3]} {code[3:]}")
    visitor.hear(lambda event: PHONE in (event.get("text") or ""))
    asked = _texts(visitor.events)
    assert NAME in asked
    assert code not in asked, "the log holds dots"
    visitor.say("yes")
    wait_for("what was confirmed", lambda: "phone" in _answers(records, visitor))
    stored = _answers(records, visitor)
    assert (stored["name"]["value"], stored["phone"]["value"]) == (NAME, PHONE)
    assert records.get(f"conversations/{visitor.conversation}")["question"] == "need"


def test_an_unknown_address_is_spoken_to_alike(stack: Stack, site: str) -> None:
    records = Records.of(stack)
    known, unknown = _known(records), f"nobody{time.monotonic_ns()}@kvarner.si"
    said = []
    for address in (known, unknown):
        visitor, talk = _offered(stack, site, address)
        code = _code(records, address)
        talk += _texts(visitor.say(_other(code)))
        mail = records.mails_to(address)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
        lines = [line for line in talk.replace(address, "").split("\n") if line]
        said.append([len(lines), mail.replace(code, "")])
        events = [
            (e["kind"], e["author"], (e.get("status") or {}).get("name")) for e in visitor.events
        ]
        said[-1].append([event for event in events if event[2] != "typing"])
        visitor.say(code)
        visitor.hear(lambda event: event["kind"] == "message")
    assert said[0] == said[1]


def test_guesses_run_out_and_an_old_code_does_not_hold(stack: Stack, site: str) -> None:
    records = Records.of(stack)
    guessed, late = _known(records), _known(records)
    visitor, _ = _offered(stack, site, guessed)
    code = _code(records, guessed)
    for by in range(1, 6):
        visitor.say(_other(code, by))
    visitor.say(code)
    assert PHONE not in _texts(visitor.events)
    visitor, _ = _offered(stack, site, late)
    code = _code(records, late)
    with sqlite3.connect(Path(stack.var) / "usher.sqlite", timeout=30) as database:
        database.execute(
            "UPDATE identity_proof SET expires_at = '2026-01-01 00:00:00' WHERE email = ?", (late,)
        )
    visitor.say(code)
    assert PHONE not in _texts(visitor.events)
    assert records.get(f"conversations/{visitor.conversation}")["identity"] != "verified"
