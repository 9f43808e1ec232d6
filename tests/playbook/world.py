"""A world in memory: it does what the interview wants done, and remembers everything said.

`Talk` drives `interview.step` and `resume` as the action server does, over a made-up
calendar. Bubbles are worded from data/texts, as the bot does.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ruamel.yaml import YAML

from playbook import interview
from playbook.directives import (
    AskFaq,
    Booked,
    Bubble,
    Cancel,
    ConfirmHold,
    Erase,
    Erased,
    Failed,
    FaqAnswer,
    Found,
    HandedOver,
    Handover,
    Held,
    Move,
    Outside,
    Qualified,
    Qualify,
    Result,
    SearchOpenings,
    Step,
    TakeHold,
    Taken,
)
from playbook.model import Playbook
from playbook.scene import Answered, Booking, Heard, Hold, Intent, Opening, Scene
from tests.playbook.sources import consulting

TEXTS = Path(__file__).resolve().parents[2] / "data" / "texts"
NOW = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # Wednesday, 10:00 in Ljubljana
ZONE = "Europe/Ljubljana"
HALF_HOUR = timedelta(minutes=30)
MOST_STEPS = 8


@cache
def texts(language: str) -> dict[str, Any]:
    """data/texts/<language>.yml."""
    loaded = YAML(typ="safe").load((TEXTS / f"{language}.yml").read_text(encoding="utf-8"))
    return dict(loaded)


def worded(bubble: Bubble, language: str) -> str:
    """A bubble's words, as the bot renders them."""
    if bubble.text is not None:
        return bubble.text
    text = texts(language)[bubble.key]
    text = text if isinstance(text, str) else text[bubble.variant % len(text)]
    return re.sub(r"\{(\w+)\}", lambda match: bubble.values[match.group(1)], text).strip()


@dataclass
class Calendar:
    """Openings every half hour, 9 to 17 on working days; `busy` starts are left out."""

    zone: str = ZONE
    busy: set[datetime] = field(default_factory=set)
    days: int = 62
    shut: bool = False

    def openings(self, start: datetime, end: datetime) -> list[Opening]:
        found = []
        zone = ZoneInfo(self.zone)
        day = NOW.astimezone(zone).date()
        for offset in range(self.days):
            date = day + timedelta(days=offset)
            if date.weekday() >= 5:
                continue
            for half in range(18, 34):
                at = datetime.combine(date, time(half // 2, half % 2 * 30), zone).astimezone(UTC)
                if start <= at < end and at not in self.busy and at > NOW:
                    found.append(Opening(at, at + HALF_HOUR))
        return found

    def nearest(self, start: datetime) -> tuple[Opening, ...]:
        every = self.openings(NOW, NOW + timedelta(days=self.days))
        return tuple(sorted(every, key=lambda one: abs(one.start - start))[:5])


@dataclass
class Turn:
    """What one turn came to."""

    bubbles: list[Bubble]
    said: list[str]
    news: list[str]
    asked: list[Outside]
    language: str

    @property
    def tags(self) -> set[str]:
        return {tag for bubble in self.bubbles for tag in bubble.says}

    @property
    def payloads(self) -> list[str]:
        return [button.payload for bubble in self.bubbles for button in bubble.buttons]

    @property
    def starts(self) -> list[datetime]:
        return [one.opening.start for bubble in self.bubbles for one in bubble.openings]


@dataclass(repr=False)
class Talk:
    """A conversation with the interview."""

    def __repr__(self) -> str:
        return f"Talk({self.language!r}, outcome={self.outcome!r}, failing={self.failing!r})"

    language: str = "en"
    playbook: Playbook = field(default_factory=consulting, repr=False)
    timezone: str = ZONE
    locale: str | None = None
    answers: dict[str, Answered] = field(default_factory=dict)
    known: dict[str, Answered] = field(default_factory=dict)
    identity: str = "anonymous"
    outcome: str = "qualified"
    staffed: bool = False
    calendar: Calendar = field(default_factory=Calendar)
    faq: dict[str, str] = field(default_factory=lambda: {"price": "From 900 euros."})
    failing: tuple[type, ...] = ()
    state: dict[str, Any] = field(default_factory=dict)
    question: str | None = None
    chosen: bool = False
    hold: Hold | None = None
    booking: Booking | None = None
    now: datetime = NOW
    log: list[Turn] = field(default_factory=list, repr=False)

    # -- what the visitor does --------------------------------------------------------------

    def start(self) -> Turn:
        return self._turn(Heard(system="start"))

    def say(self, text: str, intent: str | None = None, confidence: float = 0.95) -> Turn:
        guess = Intent(intent, confidence, confidence) if intent else None
        return self._turn(Heard(text=text, intent=guess))

    def press(self, payload: str) -> Turn:
        return self._turn(Heard(payload=payload))

    def system(self, name: Any) -> Turn:
        return self._turn(Heard(system=name))

    # -- short cuts ---------------------------------------------------------------------------

    def at(self, question: str, **given: Any) -> "Talk":
        """The bot has just asked `question`; what comes before it is answered."""
        ordinary: dict[str, Any] = {
            "need": "chatbot",
            "industry": "retail",
            "company_size": {"min": 25, "max": 25},
            "budget": {"min": 10000, "max": 15000, "currency": "EUR"},
            "timeline": {"by_months": 3},
            "name": "Robin Berg",
            "company": "Testa Labs",
            "email": "robin@testa.io",
            "phone": "+38640123456",
        }
        order = list(ordinary)
        before = order[: order.index(question)] if question in order else order
        self.answers = {name: Answered(ordinary[name], text=str(ordinary[name])) for name in before}
        self.answers |= {name: Answered(value, text=str(value)) for name, value in given.items()}
        self.state = {"v": 1, "phase": "asking", "greeted": self.language}
        if question == "meeting":
            self._reach_meeting()
        else:
            self.state["question"] = question
            self.state["asked"] = {question: 1}
            self.question = question
        return self

    def _reach_meeting(self) -> None:
        phone = self.answers.pop("phone")
        self.state["question"] = "phone"
        self.say(str(phone.value))
        assert self.question == "meeting", self.log[-1].said

    def booked(self, start: str) -> "Talk":
        """A meeting stands at that local time."""
        self.at("meeting")
        at = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(self.timezone)).astimezone(UTC)
        self.press(f"open:{at:%Y-%m-%dT%H:%M:%SZ}")
        assert self.booking is not None
        return self

    def value(self, question: str) -> Any:
        answer = self.answers.get(question)
        if answer is None:
            return None
        return answer.value if answer.status == "given" else answer.status

    # -- the house -----------------------------------------------------------------------------

    def scene(self) -> Scene:
        return Scene(
            playbook=self.playbook,
            now=self.now.astimezone(ZoneInfo(self.timezone)),
            language=self.language,
            answers=dict(self.answers),
            language_chosen=self.chosen,
            locale=self.locale,
            identity=self.identity,
            known=self.known,
            hold=self.hold,
            booking=self.booking,
        )

    def _turn(self, heard: Heard) -> Turn:
        scene = self.scene()
        steps = [interview.step(scene, self.state, heard)]
        asked: list[Outside] = []
        while (wanted := steps[-1].outside) is not None:
            assert len(steps) < MOST_STEPS, asked
            asked.append(wanted)
            scene = interview.after(scene, steps[-1])
            steps.append(interview.resume(scene, steps[-1].state, self._do(wanted)))
        return self._settle(steps, asked)

    def _settle(self, steps: list[Step], asked: list[Outside]) -> Turn:
        bubbles, said, news = [], [], []
        for step in steps:
            for change in step.changes:
                if change.status == "unset":
                    self.answers.pop(change.question, None)
                else:
                    answer = Answered(change.value, change.status, change.text)
                    self.answers[change.question] = answer
            bubbles += step.bubbles
            said += [worded(bubble, step.language) for bubble in step.bubbles]
            news += [one.name for one in step.news]
        last = steps[-1]
        self.state, self.question = last.state, last.question
        self.language, self.chosen = last.language, last.language_chosen
        turn = Turn(bubbles, said, news, asked, last.language)
        self.log.append(turn)
        return turn

    def _do(self, wanted: Outside) -> Result:
        if isinstance(wanted, self.failing):
            return Failed()
        match wanted:
            case Qualify():
                return Qualified(self.outcome)
            case SearchOpenings():
                return Found(tuple(self.calendar.openings(wanted.start, wanted.end)))
            case TakeHold():
                return self._hold(wanted.start)
            case ConfirmHold():
                return self._book(wanted.hold)
            case Move():
                return self._move(wanted.start)
            case Cancel():
                assert self.booking is not None
                self.booking = replace(self.booking, status="cancelled")
                return Booked(self.booking)
            case Handover():
                return HandedOver(self.staffed)
            case AskFaq():
                topic = wanted.topic or next(
                    (name for name in self.faq if name in wanted.text.casefold()), None
                )
                return FaqAnswer(topic, self.faq.get(topic or ""))
            case Erase():
                return Erased()

    def _hold(self, start: datetime) -> Result:
        if not self.calendar.openings(start, start + timedelta(minutes=1)):
            return Taken(self.calendar.nearest(start))
        until = self.now + timedelta(minutes=5)
        self.hold = Hold(f"hld_{start:%d%H%M}", start, start + HALF_HOUR, until, "Maja Novak")
        return Held(self.hold)

    def _book(self, hold: str) -> Result:
        held = self.hold
        if held is None or held.id != hold or held.expires_at < self.now:
            return Taken(self.calendar.nearest(held.start if held else NOW), expired=True)
        self.booking = Booking(
            "bkg_1", "booked", held.start, held.end, held.advisor_name, "https://x.test/b/1"
        )
        self.calendar.busy.add(held.start)
        self.hold = None
        return Booked(self.booking)

    def _move(self, start: datetime) -> Result:
        assert self.booking is not None
        if not self.calendar.openings(start, start + timedelta(minutes=1)):
            return Taken(self.calendar.nearest(start))
        self.booking = replace(self.booking, start=start, end=start + HALF_HOUR)
        return Booked(self.booking)
