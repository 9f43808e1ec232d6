"""A link that was mailed brings a visitor back in another browser, through all of Usher: what
they told is confirmed in one line, and what they need this time is asked anew."""

import time

import pytest

from tests.cases.visitor import Visitor
from tests.e2e.records import Records
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

TOLD = {
    "en": ("we need a chatbot for our shop", "retail", "about 25 people", "Alma Reyes", "yes"),
    "nb": ("vi trenger en chatbot", "varehandel", "rundt 25 ansatte", "Alma Reyes", "ja"),
}


def _link(stack: Stack, address: str) -> str:
    """The token of the link that goes into the mail to that address."""
    line = stack.usher("site", "link", "demo", address, "--page", f"{stack.url}/demo")
    return line.strip().rpartition("#usher=")[2]


def _text(visitor: Visitor) -> str:
    return "\n".join(event.get("text") or "" for event in visitor.events)


@pytest.mark.parametrize("language", TOLD)
def test_a_mailed_link_brings_back_what_was_told(stack: Stack, language: str) -> None:
    need, industry, size, name, yes = TOLD[language]
    records = Records.of(stack)
    address = f"alma{time.monotonic_ns()}@reyes.example.com"
    first = Visitor.arrive(stack.url, language=language)
    for said in (need, industry, size, f"{name}, {address}"):
        first.say(said)

    def kept() -> bool:
        stored = records.get(f"conversations/{first.conversation}")["answers"]
        return {"industry", "company_size", "email"} <= stored.keys()

    wait_for("what was told", kept)
    back = Visitor.arrive(stack.url, language=language, identity_token=_link(stack, address))
    assert back.conversation != first.conversation
    shown = _text(back)
    assert "25" in shown, shown
    back.say(yes)
    stored = records.get(f"conversations/{back.conversation}")
    assert {"industry", "company_size"} <= stored["answers"].keys()
    assert stored["question"] == "need", "a new matter: what they need is asked anew"
    stranger = Visitor.arrive(stack.url, language=language, identity_token="no.such.link")
    assert "25" not in _text(stranger)
