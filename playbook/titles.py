"""Openings as buttons: titles in full, payloads as instants in UTC."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from playbook.dates import say_distance, say_opening, say_zone
from playbook.directives import OpeningButton
from playbook.scene import Opening
from playbook.turn import Turn

PREFIX = "open:"


def payload_of(start: datetime) -> str:
    """The payload of the opening that starts then: "open:2026-03-17T15:00:00Z"."""
    return PREFIX + start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(payload: str) -> datetime | None:
    """The instant in a payload, aware; None where it is none."""
    try:
        start = datetime.fromisoformat(payload.removeprefix(PREFIX))
    except ValueError:
        return None
    return start if start.tzinfo else None


def opening_button(turn: Turn, opening: Opening) -> OpeningButton:
    """The opening with its weekday, date and time in the visitor's language and zone."""
    title = say_opening(opening.start, zone=turn.scene.zone, locale=turn.locale, now=turn.scene.now)
    return OpeningButton(opening, title, payload_of(opening.start))


def opening_buttons(turn: Turn, openings: Iterable[Opening]) -> tuple[OpeningButton, ...]:
    """Several, in their order. Where the clocks change between them, those behind the change
    name their distance from UTC: the zone above is that of the first."""
    shown = tuple(openings)
    buttons = [opening_button(turn, opening) for opening in shown]
    offsets = [opening.start.astimezone(turn.scene.zone).utcoffset() for opening in shown]
    return tuple(
        button
        if offset == offsets[0]
        else replace(button, title=f"{button.title} ({_distance(turn, button.opening.start)})")
        for button, offset in zip(buttons, offsets, strict=True)
    )


def _distance(turn: Turn, start: datetime) -> str:
    return say_distance(start.astimezone(turn.scene.zone), locale=turn.locale)


def zone_words(turn: Turn, at: datetime | None = None) -> str:
    """The visitor's zone as it is at that time (else now): "Helsinki, UTC+2"."""
    moment = (at or turn.scene.now).astimezone(turn.scene.zone)
    return say_zone(moment, locale=turn.locale)


def remember_offers(turn: Turn, openings: Iterable[Opening]) -> None:
    """Keep what was offered, so that "the second one" means something."""
    turn.state.offers = [[each.start.isoformat(), each.end.isoformat()] for each in openings]


def offered(turn: Turn) -> tuple[Opening, ...]:
    """What was offered last, in the order shown."""
    pairs = (pair for pair in turn.state.offers if len(pair) == 2)
    return tuple(
        Opening(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs
    )
