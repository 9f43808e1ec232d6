"""The outside dialogues, held over HTTP with a real Usher: Rasa, actions and bridge.

A dialogue that begins in the middle (`at`) is played from the start: the visitor answers
the questions before it, with the `given` values or with ordinary ones. Nothing is put
into the database behind the bot's back. Times are those of a visitor in Ljubljana, whose
clock shows the reference time of the cases.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from ruamel.yaml import YAML

from tests.cases.expectations import Turn, faults
from tests.cases.result import CaseResult
from tests.cases.visitor import Event, NoReply, Visitor
from tests.stack import Stack, running

ZONE = "Europe/Ljubljana"
REFERENCE = "2026-03-11T10:00:00+01:00"
ORDER = (
    "need",
    "industry",
    "company_size",
    "budget",
    "timeline",
    "name",
    "company",
    "email",
    "phone",
)
ORDINARY: dict[str, str] = {
    "need": "set:need:chatbot",
    "industry": "set:industry:retail",
    "company_size": "40",
    "budget": "15000 EUR",
    "timeline": "3",
    "name": "Robin Berg",
    "company": "Testa Labs",
    "email": "robin.berg@testalabs.io",
    "phone": "+386 40 123 456",
}
MONTHS = {
    "en": "{} months",
    "sl": "v {} mesecih",
    "he": "תוך {} חודשים",
    "fi": "{} kuukauden sisällä",
    "nb": "innen {} måneder",
    "pl": "w ciągu {} miesięcy",
}
MOST_STEPS = 16


@dataclass
class Player:
    """Plays one dialogue on a stack."""

    stack: Stack
    api: httpx.Client
    dialogue: dict[str, Any]
    visitor: Visitor = field(init=False)
    occupied: list[str] = field(default_factory=list)

    def play(self) -> list[str]:
        """Every fault of the dialogue, in words; empty when all of it held. The next one
        finds the calendars as this one did."""
        try:
            return self._play()
        finally:
            for booking in self.booked:
                self.api.post(f"bookings/{booking}/cancel", json={})

    @property
    def booked(self) -> list[str]:
        """The bookings of this dialogue that stand: the visitor's, and what made it busy."""
        query = {"conversation": self.visitor.conversation}
        items = (
            self.api.get("bookings", params=query).json()["items"]
            if hasattr(self, "visitor")
            else []
        )
        own = [booking["id"] for booking in items if booking["status"] == "booked"]
        return own + self.occupied

    def _play(self) -> list[str]:
        language = self.dialogue["lang"]
        self.visitor = Visitor.arrive(
            self.stack.url,
            language=self.dialogue.get("page_language", language),
            timezone=ZONE,
            locale=self.dialogue.get("visitor_locale"),
        )
        self._occupy(self.dialogue.get("busy", ()))
        try:
            self._reach(self.dialogue.get("at", "need"))
        except (NoReply, Unreachable) as fault:
            return [f"could not get to {self.dialogue.get('at')}: {fault}"]
        found = []
        for number, turn in enumerate(self.dialogue["turns"], 1):
            try:
                played = self._turn(turn)
            except (NoReply, Unreachable, httpx.HTTPStatusError) as fault:
                found.append(f"turn {number}: {fault}")
                break
            found += [f"turn {number}: {fault}" for fault in faults(played, language)]
        return found

    # -- getting to the question that the dialogue begins at ---------------------------------
    def _record(self) -> dict[str, Any]:
        answer = self.api.get(f"conversations/{self.visitor.conversation}")
        answer.raise_for_status()
        record: dict[str, Any] = answer.json()
        return record

    def _reach(self, question: str) -> None:
        given = dict(self.dialogue.get("given", {}))
        if question == "need" and not given:
            return
        target = "meeting" if question == "after_booking" else question
        if target in ORDER:
            for later in ORDER[ORDER.index(target) + 1 :]:
                if later in given:
                    self.visitor.say(_words(later, given[later], self.dialogue["lang"]))
        for _ in range(MOST_STEPS):
            asked = self._record()["question"]
            if asked == target:
                break
            if asked not in ORDER:
                raise Unreachable(f"the bot asks {asked!r}")
            self._answer(asked, given)
        else:
            raise Unreachable(f"{target} was never asked")
        if question == "after_booking":
            self._book(given["meeting"])

    def _answer(self, asked: str, given: dict[str, Any]) -> None:
        if asked in given:
            words = _words(asked, given[asked], self.dialogue["lang"])
        else:
            words = ORDINARY[asked]
            if asked == "timeline":
                words = MONTHS[self.dialogue["lang"]].format(words)
        if words.startswith("set:"):
            self.visitor.press(words)
        else:
            self.visitor.say(words)

    def _book(self, start: str) -> None:
        day, clock = start.split("T")
        self.visitor.say(f"{day} {clock}")
        if not self._record()["booking_id"]:
            self.visitor.press("yes")
        if not self._record()["booking_id"]:
            raise Unreachable(f"{start} could not be booked")

    def _occupy(self, busy: list[str]) -> None:
        """Take the given times from every advisor, by holds over the API."""
        zone = ZoneInfo(ZONE)
        for text in busy:
            first, _, last = text.partition("/")
            start = datetime.fromisoformat(first).replace(tzinfo=zone)
            end = datetime.fromisoformat(f"{first[:11]}{last}" if len(last) < 11 else last).replace(
                tzinfo=zone
            )
            while start < end:
                while self._hold(start):
                    pass
                start += timedelta(minutes=15)

    def _hold(self, start: datetime) -> bool:
        answer = self.api.post("holds", json={"playbook": "consulting", "start": start.isoformat()})
        if answer.status_code not in (201, 409, 422):
            answer.raise_for_status()
        if answer.status_code != 201:
            return False
        contact = {"name": "Busy Person", "email": "busy@example.org"}
        booked = self.api.post("bookings", json={"hold": answer.json()["hold"], "contact": contact})
        booked.raise_for_status()
        self.occupied.append(booked.json()["id"])
        return True

    # -- one turn -----------------------------------------------------------------------------
    def _turn(self, turn: dict[str, Any]) -> Turn:
        before = self._record()
        event = turn.get("event")
        if event == "upstream_failure":
            self.stack.gate.shut = "/openings"
        try:
            heard = self._act(turn, event)
        finally:
            self.stack.gate.shut = None
        ticket = self._ticket() if turn["expect"].get("summary_passed") else None
        return Turn(turn["expect"], before, self._record(), heard, ZONE, ticket, self._bookings())

    def _act(self, turn: dict[str, Any], event: str | None) -> list[Event]:
        if event in {"reload", "new_tab"}:
            self.visitor.reload()
        if event == "silence":
            return self.visitor.fetch(wait_seconds=2)
        if "button" in turn:
            payload = self.visitor.button(turn["button"])
            if payload is None:
                raise Unreachable(f"there is no button {turn['button']!r}")
            return self.visitor.press(payload)
        if "user" in turn:
            return self.visitor.say(turn["user"], times=2 if event == "duplicate" else 1)
        return self.visitor.fetch(wait_seconds=1)

    def _ticket(self) -> str | None:
        answer = self.api.get("tickets", params={"conversation": self.visitor.conversation})
        items = answer.json().get("items", []) if answer.status_code == 200 else []
        return str(items[0].get("body")) if items else None

    def _bookings(self) -> int:
        answer = self.api.get("bookings", params={"conversation": self.visitor.conversation})
        answer.raise_for_status()
        return sum(1 for booking in answer.json()["items"] if booking["status"] == "booked")


class Unreachable(Exception):
    """The dialogue's starting point or button could not be had."""


def _words(question: str, value: Any, language: str) -> str:
    """How a visitor would type a value."""
    if question in {"need", "industry"}:
        return f"set:{question}:{value}"
    if question == "timeline" and isinstance(value, dict) and "by_months" in value:
        return MONTHS[language].format(value["by_months"])
    if isinstance(value, dict):
        low, high = value.get("min"), value.get("max")
        words = str(low) if low == high or high is None else f"{low}-{high}"
        return f"{words} {value['currency']}" if value.get("currency") else words
    return str(value)


def run(cases: Path) -> Iterator[CaseResult]:
    """Hold every dialogue of `cases`/dialogues/dialogues.yml; nothing where there is none."""
    file = cases / "dialogues" / "dialogues.yml"
    if not file.exists():
        return
    dialogues = YAML(typ="safe").load(file)["dialogues"]
    with (
        tempfile.TemporaryDirectory(prefix="usher-cases-") as folder,
        running(
            Path(folder), now=REFERENCE, more={"USHER_CHAT__SESSIONS_PER_MINUTE": "1000"}
        ) as stack,
    ):
        key = stack.api_key("cases")
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=f"{stack.url}/api/v1/", headers=headers, timeout=20) as api:
            for dialogue in dialogues:
                found = Player(stack, api, dialogue).play()
                yield CaseResult(
                    "dialogues", dialogue["lang"], dialogue["id"], not found, None, "; ".join(found)
                )
