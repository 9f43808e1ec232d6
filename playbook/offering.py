"""Openings offered in the chat: searched, spread over the days, shown as buttons."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from playbook.directives import Handover, SearchOpenings
from playbook.order import MEETING, question_of
from playbook.scene import Opening
from playbook.speaking import MORE, ask_question, say, say_back
from playbook.titles import offered, opening_buttons, remember_offers, zone_words
from playbook.turn import Turn
from playbook.wishes import recall, search_window

MOST_DAYS = 62  # of one search (contracts.booking.OpeningsQuery)
MOST_PER_DAY = 2  # when no wish was said


def window(turn: Turn) -> tuple[datetime, datetime]:
    """From now to the end of the playbook's window, in UTC."""
    now = turn.scene.now.astimezone(UTC)
    days = min(turn.playbook.meeting.window_days, MOST_DAYS)
    return now, now + timedelta(days=days)


def offer_times(turn: Turn, *, lead: str = "offer", after: datetime | None = None) -> None:
    """Search and offer the next times (those after `after`)."""
    turn.state.phase = "meeting"
    start, end = window(turn)
    wished = recall(turn.state.wish, zone=turn.scene.zone) if after is None else None
    if wished is not None and not turn.state.offers:  # named before it was asked for
        first, last = search_window(wished, start=turn.scene.now, end=end)
        turn.ask_house(SearchOpenings(first.astimezone(UTC), last.astimezone(UTC)), then="searched")
        return
    start = max(start, after) if after else start
    if start >= end:
        start = window(turn)[0]
    turn.ask_house(SearchOpenings(start, end), then="offered", lead=lead)


def offered_times(turn: Turn, openings: Sequence[Opening], *, lead: str) -> None:
    """The search is back: offer a few, or promise a call where nobody is free."""
    chosen = spread(turn, openings)
    if not chosen:
        promise_call(turn)
        return
    present(turn, chosen, lead, more=len(openings) > len(chosen))


def spread(turn: Turn, openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """The soonest few, at most two of a day, in order."""
    zone, most = turn.scene.zone, turn.playbook.meeting.offered
    chosen: list[Opening] = []
    rest: list[Opening] = []
    days: dict[object, int] = {}
    for opening in sorted(openings, key=lambda each: each.start):
        if len(chosen) == most:
            break
        day = opening.start.astimezone(zone).date()
        days[day] = days.get(day, 0) + 1
        (chosen if days[day] <= MOST_PER_DAY else rest).append(opening)
    chosen += rest[: most - len(chosen)]
    return tuple(sorted(chosen, key=lambda each: each.start))


def present(
    turn: Turn,
    openings: Sequence[Opening],
    lead: str,
    /,
    *,
    says: Iterable[str] = (),
    more: bool = True,
    values: Mapping[str, str] | None = None,
) -> None:
    """Offer these openings within a text; the visitor is asked for the meeting."""
    state = turn.state
    state.phase, state.question, state.pending = "meeting", MEETING, None
    remember_offers(turn, openings)
    say(
        turn,
        lead,
        says=(*says, "offers"),
        buttons=(MORE,) if more else (),
        openings=opening_buttons(turn, openings),
        zone=zone_words(turn, openings[0].start if openings else None),
        values=values,
    )


def ask_meeting(turn: Turn, lead: str = "back", /, *, says: Iterable[str] = ()) -> None:
    """Ask for a time again, with the openings offered last."""
    question = question_of(turn, MEETING)
    turn.state.phase = "meeting"
    if question is not None:
        shown = opening_buttons(turn, offered(turn))
        ask_question(turn, question, lead, says=says, openings=shown)


def promise_call(turn: Turn) -> None:
    """Nobody is free: the contact is passed on and a call back promised."""
    turn.ask_house(Handover("call_back"), then="promised")


def promised(turn: Turn) -> None:
    """The promise, with where the visitor will be reached."""
    contacts = [turn.of_kind("email"), turn.of_kind("phone")]
    said = [say_back(turn, question) for question in contacts if question is not None]
    contact = ", ".join(part for part in said if part)
    turn.state.phase, turn.state.question, turn.state.pending = "ended", None, None
    say(turn, "call_back", says=("call_back",), contact=contact)
    turn.tell("call_back_promised")
