"""What a dialogue expects of a turn, judged from the outside: from the events that the
visitor received and from the conversation as the API gives it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from tests.cases.visitor import Event

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STATUS_EVENTS = {
    "booking_confirmed": "booked",
    "booking_moved": "moved",
    "booking_cancelled": "cancelled",
}
NEAR_HOURS = 26


@dataclass(frozen=True)
class Turn:
    """A played turn: what was expected, the conversation before and after, what was heard."""

    expect: dict[str, Any]
    before: dict[str, Any]
    after: dict[str, Any]
    heard: list[Event]
    zone: str
    ticket: str | None
    bookings: int

    @property
    def messages(self) -> list[Event]:
        return [
            e for e in self.heard if e["kind"] == "message" and e["author"] in {"bot", "system"}
        ]

    @property
    def said(self) -> str:
        return "\n".join(e.get("text") or "" for e in self.messages)

    @property
    def tags(self) -> set[str]:
        """The semantic tags of this turn's bubbles, as the API keeps them."""
        numbers = {e["seq"] for e in self.messages}
        kept = [e for e in self.after["events"] if e.get("seq") in numbers]
        return {tag for e in kept for tag in e.get("says") or ()}

    @property
    def openings(self) -> list[datetime]:
        zone = ZoneInfo(self.zone)
        return [
            datetime.fromisoformat(opening["start"]).astimezone(zone)
            for e in self.messages
            for opening in e.get("openings") or ()
        ]

    @property
    def payloads(self) -> set[str]:
        return {b["payload"] for e in self.messages for b in e.get("buttons") or ()}

    def answer(self, question: str, record: dict[str, Any] | None = None) -> Any:
        """An answer's value as the dialogues write it; "declined" and "unknown" are values."""
        answer = (record or self.after)["answers"].get(question)
        if answer is None or answer.get("status") == "unset":
            return None
        return answer["value"] if answer.get("status", "given") == "given" else answer["status"]

    def happened(self, name: str) -> bool:
        """Whether something happened in this turn, by its status event or its news."""
        if name == "second_booking":
            return self.bookings > 1
        status = STATUS_EVENTS.get(name)
        if status:
            return any(e["kind"] == "status" and e["status"]["name"] == status for e in self.heard)
        return self._news(self.after).count(name) > self._news(self.before).count(name)

    @staticmethod
    def _news(record: dict[str, Any]) -> list[str]:
        return [entry["name"] for entry in record["news"]]


def faults(turn: Turn, language: str) -> Iterator[str]:
    """Every expectation of the turn that did not hold, in words."""
    for name, wanted in turn.expect.items():
        check = CHECKS.get(name)
        if check is None:
            yield f"the runner does not know the expectation {name!r}"
            continue
        for fault in check(turn, wanted):
            yield f"{name}: {fault}"
    if "lang" not in turn.expect and "lang_any" not in turn.expect:
        yield from (f"lang: {fault}" for fault in _lang(turn, language))


def _same(got: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(got, dict):
        got = {key: value for key, value in got.items() if value not in (None, False)}
        wanted = {key: value for key, value in wanted.items() if value not in (None, False)}
        return got.keys() == wanted.keys() and all(_same(got[key], wanted[key]) for key in wanted)
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        try:
            return float(got) == float(wanted)
        except (TypeError, ValueError):
            return False
    if isinstance(wanted, date):
        wanted = wanted.isoformat()
    return bool(got == wanted)


def _slots(turn: Turn, wanted: dict[str, Any]) -> Iterator[str]:
    for question, value in wanted.items():
        name = question.removesuffix("_any")
        accepted = value if question.endswith("_any") else [value]
        got = turn.answer(name)
        if not any(_same(got, one) for one in accepted):
            yield f"{name} is {got!r}, wanted {value!r}"


def _unset(turn: Turn, wanted: list[str]) -> Iterator[str]:
    for question in wanted:
        if question == "meeting":
            if turn.after.get("booking_id"):
                yield "a meeting was booked"
        elif turn.answer(question) is not None:
            yield f"{question} is {turn.answer(question)!r}, wanted nothing"


def _unchanged(turn: Turn, wanted: list[str]) -> Iterator[str]:
    for question in wanted:
        before, after = turn.answer(question, turn.before), turn.answer(question)
        if before != after:
            yield f"{question} went from {before!r} to {after!r}"


def _asks(turn: Turn, wanted: str | None) -> Iterator[str]:
    if turn.after["question"] != wanted:
        yield f"the question is {turn.after['question']!r}, wanted {wanted!r}"


def _says(turn: Turn, wanted: list[str]) -> Iterator[str]:
    for tag in wanted:
        if tag not in turn.tags:
            yield f"no {tag} in {sorted(turn.tags)}: {turn.said!r}"


def _not_says(turn: Turn, wanted: list[str]) -> Iterator[str]:
    for tag in wanted:
        if tag in turn.tags or (tag == "stack_trace" and "Traceback" in turn.said):
            yield f"{tag} was said: {turn.said!r}"


def _lang(turn: Turn, wanted: str | list[str]) -> Iterator[str]:
    accepted = [wanted] if isinstance(wanted, str) else wanted
    for event in turn.messages:
        if event.get("lang") not in accepted:
            yield f"answered in {event.get('lang')}, wanted {wanted}: {event.get('text')!r}"


def _event(turn: Turn, wanted: str | list[str]) -> Iterator[str]:
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if not turn.happened(name):
            yield f"{name} did not happen; said {turn.said!r}"


def _not_event(turn: Turn, wanted: str | list[str]) -> Iterator[str]:
    for name in [wanted] if isinstance(wanted, str) else wanted:
        if turn.happened(name):
            yield f"{name} happened"


def _spoken_in_full(turn: Turn, days: list[date]) -> bool:
    locale = turn.messages[-1].get("lang", "en") if turn.messages else "en"
    for day in days:
        names = {
            get_month_names(width, context, locale)[day.month]
            for width in ("wide",)
            for context in ("format", "stand-alone")
        }
        if str(day.day) in turn.said and any(
            name.casefold() in turn.said.casefold() for name in names
        ):
            return True
    return False


def _offers(turn: Turn, wanted: Any) -> Iterator[str]:
    if isinstance(wanted, list):
        for name in wanted:
            if name not in {payload.split(":")[0] for payload in turn.payloads}:
                yield f"no button for {name}; buttons {sorted(turn.payloads)}"
    elif wanted == "languages":
        if sum(payload.startswith("lang:") for payload in turn.payloads) < 2:
            yield f"no language menu; buttons {sorted(turn.payloads)}"
    elif isinstance(wanted, dict):
        yield from _offered_times(turn, wanted)
    elif not turn.openings:
        yield f"no openings; said {turn.said!r}"


def _offered_times(turn: Turn, wanted: dict[str, Any]) -> Iterator[str]:
    starts = turn.openings
    if "date_any" in wanted:
        days = [_day(text) for text in wanted["date_any"]]
        if not any(start.date() in days for start in starts) and not _spoken_in_full(turn, days):
            yield f"none of {wanted['date_any']} offered or read back: {starts} {turn.said!r}"
        return
    if not starts:
        yield f"no openings; said {turn.said!r}"
        return
    if "date" in wanted and any(start.date() != _day(wanted["date"]) for start in starts):
        yield f"openings on other days: {starts}"
    if "time" in wanted and all(f"{start:%H:%M}" != wanted["time"] for start in starts):
        yield f"nothing at {wanted['time']}: {starts}"
    if "not_before" in wanted and any(f"{start:%H:%M}" < wanted["not_before"] for start in starts):
        yield f"openings before {wanted['not_before']}: {starts}"
    if "not_after" in wanted and any(f"{start:%H:%M}" > wanted["not_after"] for start in starts):
        yield f"openings after {wanted['not_after']}: {starts}"
    if "weekday" in wanted and any(
        WEEKDAYS[start.weekday()] != wanted["weekday"] for start in starts
    ):
        yield f"openings on other weekdays: {starts}"
    if "nearest_to" in wanted:
        target = datetime.fromisoformat(wanted["nearest_to"]).replace(tzinfo=ZoneInfo(turn.zone))
        if min(abs((start - target).total_seconds()) for start in starts) > NEAR_HOURS * 3600:
            yield f"nothing near {wanted['nearest_to']}: {starts}"
    unknown = wanted.keys() - {"date", "time", "not_before", "not_after", "weekday", "nearest_to"}
    if unknown:
        yield f"the runner does not know {sorted(unknown)}"


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _not_offers(turn: Turn, wanted: dict[str, Any]) -> Iterator[str]:
    weekday, day = wanted.get("weekday"), wanted.get("date")
    for start in turn.openings:
        if weekday and WEEKDAYS[start.weekday()] == weekday:
            yield f"offered {start}"
        if day and start.date() == _day(day):
            yield f"offered {start}"


def _suggests(turn: Turn, wanted: str) -> Iterator[str]:
    if wanted not in turn.said:
        yield f"{wanted} not suggested: {turn.said!r}"


def _summary_passed(turn: Turn, wanted: bool) -> Iterator[str]:
    texts = [
        a["text"] for a in turn.after["answers"].values() if a.get("status", "given") == "given"
    ]
    if wanted and not turn.ticket:
        yield "no ticket was opened"
    elif wanted and len(turn.ticket or "") < len(texts):
        yield f"the ticket holds no summary: {turn.ticket!r}"


def _max_messages(turn: Turn, wanted: int) -> Iterator[str]:
    if len(turn.messages) > wanted:
        yield f"{len(turn.messages)} bubbles, at most {wanted} wanted: {turn.said!r}"


def _date_spoken_in_full(turn: Turn, wanted: bool) -> Iterator[str]:
    offered = turn.expect.get("offers", {})
    days = [
        _day(text)
        for text in offered.get("date_any", [offered["date"]] if "date" in offered else [])
    ]
    if wanted and not _spoken_in_full(turn, days or [start.date() for start in turn.openings]):
        yield f"no date spelled out: {turn.said!r}"


CHECKS = {
    "slots": _slots,
    "unset": _unset,
    "unchanged": _unchanged,
    "asks": _asks,
    "says": _says,
    "not_says": _not_says,
    "lang": _lang,
    "lang_any": _lang,
    "event": _event,
    "not_event": _not_event,
    "offers": _offers,
    "not_offers": _not_offers,
    "suggests": _suggests,
    "summary_passed": _summary_passed,
    "max_messages": _max_messages,
    "date_spoken_in_full": _date_spoken_in_full,
}
