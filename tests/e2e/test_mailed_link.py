"""A link that was mailed brings a visitor back in another browser, through all of Usher: they go
on where they stopped, or begin a new matter; what they told is not asked twice."""

import time

import httpx
import pytest

from tests.cases.visitor import Event, Visitor
from tests.e2e.records import Records
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]

TOLD = {
    "en": ("we need a chatbot for our shop", "retail", "about 25 people", "Alma Reyes"),
    "nb": ("vi trenger en chatbot", "varehandel", "rundt 25 ansatte", "Alma Reyes"),
}
YES = {"en": "yes", "nb": "ja"}
LATER = {"en": "10k", "nb": "100 000 kr"}
ELSE = {"en": "it's about something else", "nb": "det gjelder noe annet"}


def _follow(stack: Stack, language: str, address: str) -> Visitor:
    """Somebody opens the link in the mail to that address, in a browser that was never here."""
    line = stack.usher("site", "link", "demo", address, "--page", f"{stack.url}/demo")
    token = line.strip().rpartition("#usher=")[2]
    return Visitor.arrive(stack.url, language=language, identity_token=token)


def _began(stack: Stack, records: Records, language: str) -> tuple[Visitor, str]:
    """Somebody who told half and their address, and went away."""
    need, industry, size, name = TOLD[language]
    address = f"alma{time.monotonic_ns()}@reyes.example.com"
    visitor = Visitor.arrive(stack.url, language=language)
    for said in (need, industry, size, f"{name}, {address}"):
        visitor.say(said)

    def kept() -> bool:
        stored = records.get(f"conversations/{visitor.conversation}")
        return "email" in stored["answers"] and stored["contact_id"] is not None

    wait_for("what was told", kept)
    return visitor, address


def _text(visitor: Visitor) -> str:
    return "\n".join(event.get("text") or "" for event in visitor.events)


def _welcome(event: Event) -> bool:
    return any(button["payload"] == "anew" for button in event.get("buttons") or ())


@pytest.mark.parametrize("language", TOLD)
def test_on_another_device_they_go_on_where_they_stopped(stack: Stack, language: str) -> None:
    records = Records.of(stack)
    first, address = _began(stack, records, language)
    stood_at = records.get(f"conversations/{first.conversation}")["question"]
    assert stood_at == "budget"
    elsewhere = _follow(stack, language, address)
    assert elsewhere.conversation == first.conversation
    elsewhere.hear(_welcome)
    assert TOLD[language][0] in _text(elsewhere), "what was said before is there"
    assert records.get(f"conversations/{first.conversation}")["question"] == stood_at
    elsewhere.say(YES[language])
    elsewhere.say(LATER[language])
    stored = records.get(f"conversations/{first.conversation}")
    assert stored["answers"]["budget"]["value"]["min"]
    assert (stored["identity"], stored["question"]) == ("verified", "timeline")
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        first.fetch()


@pytest.mark.parametrize("language", TOLD)
def test_something_else_begins_anew_with_what_lasts(stack: Stack, language: str) -> None:
    records = Records.of(stack)
    first, address = _began(stack, records, language)
    back = _follow(stack, language, address)
    back.hear(_welcome)
    said = "\n".join(event.get("text") or "" for event in back.say(ELSE[language]))
    assert "25" in said, said
    stored = records.get(f"conversations/{first.conversation}")
    assert {"industry", "company_size", "email"} <= stored["answers"].keys()
    assert "need" not in stored["answers"]
    assert stored["question"] == "need"


@pytest.mark.parametrize("language", TOLD)
def test_after_the_end_a_new_matter_begins_with_what_was_told(stack: Stack, language: str) -> None:
    records = Records.of(stack)
    first, address = _began(stack, records, language)
    first.http.post("end").raise_for_status()
    back = _follow(stack, language, address)
    assert back.conversation != first.conversation
    shown = _text(back)
    assert "25" in shown, shown
    back.say(YES[language])
    stored = records.get(f"conversations/{back.conversation}")
    assert {"industry", "company_size"} <= stored["answers"].keys()
    assert stored["question"] == "need", "a new matter: what they need is asked anew"


@pytest.mark.parametrize("language", TOLD)
def test_a_link_that_never_held_shows_nothing(stack: Stack, language: str) -> None:
    first, _ = _began(stack, Records.of(stack), language)
    stranger = Visitor.arrive(stack.url, language=language, identity_token="no.such.link")
    assert stranger.conversation != first.conversation
    assert "25" not in _text(stranger)
