"""Two impatient visitors, more than twenty turns each, held with the whole of Usher.

They ask in the middle, correct themselves at once and later, mistype, refuse, want a person,
book, move and think again. Nothing is said twice in a row and no message goes unanswered.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.cases.visitor import Visitor
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]
ZONE = ZoneInfo("Europe/Ljubljana")


@dataclass
class Talk:
    """A visitor and the conversation's record, as a rep may read it."""

    visitor: Visitor
    api: httpx.Client
    replies: list[str] = field(default_factory=list)
    openings: list[datetime] = field(default_factory=list)

    def say(self, text: str, *, asks: str | None, answers: dict[str, Any] | None = None) -> str:
        """Type; the reply in one text. `asks`: the question open afterwards."""
        heard = self.visitor.say(text)
        said = "\n".join(e["text"] for e in heard if e["kind"] == "message")
        shown = [one for e in heard for one in e.get("openings") or ()]
        self.openings = [datetime.fromisoformat(one["start"]).astimezone(ZONE) for one in shown]
        self.replies.append(said)
        record = self.record()
        assert record["question"] == asks, (text, said, record["question"])
        for name, value in (answers or {}).items():
            assert self.value(record, name) == value, (text, name, record["answers"].get(name))
        return said

    def record(self) -> dict[str, Any]:
        answer = self.api.get(f"conversations/{self.visitor.conversation}")
        answer.raise_for_status()
        record: dict[str, Any] = answer.json()
        return record

    @staticmethod
    def value(record: dict[str, Any], name: str) -> Any:
        answer = record["answers"].get(name)
        if answer is None:
            return None
        value = answer["value"] if answer["status"] == "given" else answer["status"]
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if one not in (None, False)}
        return value

    def booking(self) -> dict[str, Any]:
        items = self.api.get("bookings", params={"conversation": self.visitor.conversation})
        (booking,) = items.json()["items"]
        return dict(booking)

    def start(self) -> datetime:
        return datetime.fromisoformat(self.booking()["start"]).astimezone(ZONE)

    def never_twice(self) -> None:
        assert all(self.replies)
        assert all(one != other for one, other in itertools.pairwise(self.replies))


@pytest.fixture
def talk(stack: Stack) -> Iterator[Callable[[str], Talk]]:
    headers = {"Authorization": f"Bearer {stack.api_key('long talks')}"}
    with httpx.Client(base_url=f"{stack.url}/api/v1/", headers=headers, timeout=20) as api:
        yield lambda language: Talk(Visitor.arrive(stack.url, language=language), api)


def test_a_hurried_english_visitor(talk: Callable[[str], Talk]) -> None:
    one = talk("en")
    one.say("hi, quick one - does it work with HubSpot?", asks="need", answers={"need": None})
    said = one.say("we need crm, and how much is it roughly?", asks="industry")
    assert "5,000" in said
    one.say("ugh. logistics", asks="company_size", answers={"need": "crm", "industry": "logistics"})
    said = one.say("and don't mail me any newsletters", asks="company_size")
    assert "no offers" in said
    one.say("why do you even need to know how big we are", asks="company_size")
    one.say(
        "about 40. no wait, 60", asks="budget", answers={"company_size": {"min": 60, "max": 60}}
    )
    assert "HubSpot" in one.say("do you work with HubSpot?", asks="budget")
    one.say("dunno, depends", asks="timeline", answers={"budget": "unknown"})
    one.say("asap, we're in a hurry", asks="name", answers={"timeline": {"asap": True}})
    one.say("can I just talk to someone?", asks="name")
    one.say("Sam Noon", asks="email", answers={"name": "Sam Noon"})
    said = one.say("it's Nope Ltd, sam@nope,com", asks="email", answers={"company": "Nope Ltd"})
    assert "sam@nope.com" in said
    one.say("sam@nope.com", asks="meeting", answers={"email": "sam@nope.com", "name": "Sam Noon"})
    one.say("no phone", asks="meeting")
    one.say("not this week", asks="meeting")
    assert min(one.openings) >= datetime(2026, 3, 16, tzinfo=ZONE)
    one.say("next thursday afternoon, not before 2", asks="meeting")
    assert {(start.day, start.hour >= 14) for start in one.openings} == {(19, True)}
    one.say("hmm, later that day?", asks="meeting")
    assert {start.day for start in one.openings} == {19}
    one.say("is it recorded?", asks="meeting")
    wanted = one.openings[1]
    assert "Thursday, 19 March 2026" in one.say("second one", asks="meeting")
    one.say("yes", asks=None)
    assert one.start() == wanted
    one.say("wait, is that my time or yours?", asks=None)
    one.say("something came up, can we do a week later instead", asks="meeting")
    one.say("yep", asks=None)
    assert (one.start() - wanted).days == 7
    one.say("actually the company is Nope Logistics Ltd", asks=None)
    assert one.value(one.record(), "company") == "Nope Logistics Ltd"
    one.say("ok ta bye", asks=None)
    assert one.booking()["status"] == "booked"
    one.never_twice()


def test_a_hurried_polish_visitor_who_leaves_out_diacritics(talk: Callable[[str], Talk]) -> None:
    one = talk("pl")
    assert "5 000" in one.say("no hej, szybko: ile to kosztuje?", asks="need").replace("\xa0", " ")
    text = "ok, chodzi o chatbota do sklepu internetowego"
    one.say(text, asks="company_size", answers={"need": "chatbot", "industry": "retail"})
    one.say("po co wam to?", asks="company_size")
    assert "ofert" in one.say("tylko prosze mi nie wysylac reklam", asks="company_size")
    text, size = "ze 30 osob, ale nie jestem pewien", {"min": 30, "max": 30}
    one.say(text, asks="budget", answers={"company_size": size})
    one.say("nie powiem ile mamy kasy", asks="timeline", answers={"budget": "declined"})
    text, autumn = "gdzieś na jesieni, a dzialacie w weekendy?", {"season": "autumn"}
    one.say(text, asks="name", answers={"timeline": autumn})
    one.say("sekunda", asks="name")
    one.say("dobra, jestem. Adam Maj", asks="company", answers={"name": "Adam Maj"})
    one.say("Maj sp. z o.o.", asks="email", answers={"company": "Maj sp. z o.o."})
    one.say("adam małpa maj kropka pl", asks="phone", answers={"email": "adam@maj.pl"})
    one.say("znaczy adam.maj@maj.pl", asks="phone", answers={"email": "adam.maj@maj.pl"})
    one.say("601-234-567", asks="meeting", answers={"phone": "+48601234567"})
    one.say("tylko nie w poniedziałek", asks="meeting")
    assert all(start.weekday() != 0 for start in one.openings)
    one.say("w czwartek po 14", asks="meeting")
    assert {(start.day, start.hour >= 14) for start in one.openings} == {(12, True)}
    one.say("a coś wcześniej tego dnia?", asks="meeting")
    assert {start.day for start in one.openings} == {12}
    wanted = one.openings[1]
    assert "czwartek, 12 marca 2026" in one.say("ten drugi", asks="meeting")
    one.say("tak", asks=None)
    assert one.start() == wanted
    one.say("ok", asks=None)
    one.say("a jednak musze przelozyc na piatek o tej samej porze", asks="meeting")
    one.say("tak", asks=None)
    assert (one.start() - wanted).days == 1
    said = one.say("na kiedy mam teraz termin?", asks=None)
    assert "13 marca" in said
    one.say("jednak odwołuję", asks=None)
    one.say("nie, czekaj, zostawmy", asks=None)
    assert one.booking()["status"] == "booked"
    one.say("dzieki, na razie", asks=None)
    assert one.value(one.record(), "timeline") == autumn
    one.never_twice()
