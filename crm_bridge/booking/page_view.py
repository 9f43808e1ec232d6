"""What the visitor's page shows, in their language, direction and zone. Pure but for the
template that is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.languages import LANGUAGES, direction
from crm_bridge.booking.states import Phase
from crm_bridge.calendars.openings import Opening
from crm_bridge.invites import spelled
from crm_bridge.invites.meeting import Meeting, Side
from crm_bridge.invites.texts import Texts
from playbook.dates import locale_of

MOST_DAYS: Final = 14
_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_STATE: Final[dict[Phase, str]] = {
    "coming": "page_booked",
    "running": "page_running",
    "past": "page_past",
    "cancelled": "page_was_cancelled",
    "expired": "page_expired",
    "held": "page_expired",
}


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """A meeting as the page shows it at one moment. With `again` the openings are for
    another meeting in its place. `done` is what a form just did, `problem` a text's key for
    what it could not do."""

    meeting: Meeting
    phase: Phase
    path: str
    openings: tuple[Opening, ...] = ()
    again: bool = False
    done: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A day with openings: its date spelled out, (value, time) of each, and the zone's name on
    that day, which a change of the clocks makes another."""

    title: str
    times: tuple[tuple[str, str], ...]
    zone: str


def meeting_html(page: MeetingPage, texts: Texts) -> str:
    """The page of a meeting."""
    meeting, side = page.meeting, page.meeting.visitor
    words = texts.of(side.language)
    locale = locale_of(words.language, side.locale)
    return _TEMPLATES.get_template("booking.html").render(
        words=words,
        direction=direction(words.language),
        page=page,
        state=words[_state(page)],
        problem=words[page.problem] if page.problem else "",
        date=spelled.date(meeting.start, side.zone, locale),
        hours=spelled.clock_range(meeting.start, meeting.end, side.zone, locale),
        zone=spelled.zone_name(meeting.start, side.zone, locale),
        title=meeting.titles.get(words.language, ""),
        days=days_of(page.openings, side, locale),
        sure=words.say("page_cancel_sure", advisor=meeting.advisor.name),
    )


def plain_html(key: str, accept_language: str, texts: Texts, *, button: str = "") -> str:
    """A page with a title (`key`_title) and a sentence (`key`), in the browser's language;
    `button` is the key of what posts back."""
    words = texts.of(preferred(accept_language))
    return _TEMPLATES.get_template("plain.html").render(
        words=words,
        direction=direction(words.language),
        title=words[f"{key}_title"],
        told=words[key],
        button=words[button] if button else "",
    )


def days_of(openings: Sequence[Opening], side: Side, locale: Locale) -> list[Day]:
    """The openings by day of the visitor's zone, the first `MOST_DAYS` days of them."""

    def day_of(opening: Opening) -> tuple[date, timedelta | None]:
        local = opening.start.astimezone(side.zone)
        return local.date(), local.utcoffset()

    in_time = sorted(openings, key=lambda each: each.start)
    days = [
        Day(
            title=spelled.date(group[0].start, side.zone, locale),
            times=tuple(
                (each.start.isoformat(), spelled.clock(each.start, side.zone, locale))
                for each in group
            ),
            zone=spelled.zone_name(group[0].start, side.zone, locale),
        )
        for _, found in groupby(in_time, key=day_of)
        if (group := list(found))
    ]
    return days[:MOST_DAYS]


def preferred(accept_language: str) -> str:
    """The first language of ours that a browser's Accept-Language names, else English."""
    for part in accept_language.split(","):
        code = part.split(";")[0].strip().lower().split("-")[0]
        code = "nb" if code in ("no", "nn") else "he" if code == "iw" else code
        if code in LANGUAGES:
            return code
    return "en"


def _state(page: MeetingPage) -> str:
    """The sentence at the top: what was just done where that is still so, else what is."""
    if page.done == "moved" and page.phase == "coming" and page.meeting.sequence:
        return "page_moved"
    if page.done == "cancelled" and page.phase == "cancelled":
        return "page_cancelled"
    return _STATE[page.phase]
