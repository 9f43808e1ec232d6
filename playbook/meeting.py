"""The meeting: a wish is searched, a time chosen, held, read back and booked.

A time that the visitor named is read back in full before it is booked; a time chosen from
those offered, where it was already spelled out, is booked at once. Nothing is booked
without a name and an address to invite.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from parsing.wish import matching, nearest

from parsing.values import When
from playbook.dates import isolated, say_clock, say_meeting
from playbook.directives import (
    Booked,
    ConfirmHold,
    Found,
    Held,
    Result,
    SearchOpenings,
    TakeHold,
    Taken,
)
from playbook.offering import offer_times, present, promise_call, spread, window
from playbook.onward import ask_with
from playbook.order import MEETING, contact_missing
from playbook.pending import moment, wait_for
from playbook.scene import Booking, Hold, Opening
from playbook.speaking import HANDOFF, Button, say, say_back
from playbook.titles import offered
from playbook.turn import Turn
from playbook.wishes import dump_when, is_instant, read_when, say_wish, search_window, target

RETRY = Button("retry", key="button_retry")


# A wish


def wish(turn: Turn, when: When, *, other: When | None = None, text: str = "") -> None:
    """Search what fits; `other` is the second reading of an ambiguous date."""
    turn.state.pending = None
    turn.state.phase, turn.state.question = "meeting", MEETING
    turn.state.wish = dump_when(when)
    start, end = search_window(when, start=turn.scene.now, end=window(turn)[1])
    directive = SearchOpenings(start.astimezone(UTC), end.astimezone(UTC))
    turn.ask_house(directive, then="searched", read_as=other is not None)


def searched(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The openings around a wish are there: read one back, offer several, or the nearest."""
    when = read_when(turn.state.wish or {})
    if not isinstance(result, Found):
        calendar_failed(turn)
        return
    turn.state.retrying = False
    if when is None:
        offer_times(turn)
        return
    now, openings = turn.scene.now, result.openings
    fitting = () if when.past else matching(when, openings, zone=turn.scene.zone)
    if is_instant(when) and fitting:
        take(turn, fitting[0], book=False)
    elif fitting:
        says = ("alternatives", "confirm_value") if memory.get("read_as") else ("alternatives",)
        present(turn, spread_wish(turn, when, fitting), "offer_wish", says=says)
    elif not openings:
        _nothing_near(turn, memory)
    else:
        most = turn.playbook.meeting.offered
        _offer_nearest(turn, when, nearest(target(when, now), openings, most=most), memory)


def spread_wish(turn: Turn, when: When, fitting: Sequence[Opening]) -> Sequence[Opening]:
    """On one day all that fit (as many as are shown); over several days a few of each."""
    if when.first is not None and when.first == when.last:
        return fitting[: turn.playbook.meeting.offered]
    return spread(turn, fitting)


def _offer_nearest(
    turn: Turn, when: When, openings: Sequence[Opening], memory: dict[str, Any]
) -> None:
    said = say_wish(when, now=turn.scene.now, locale=turn.locale)
    if when.past:
        present(turn, openings, "past_time", says=("alternatives",))
    elif said and memory.get("read_as"):
        present(turn, openings, "read_as", says=("confirm_value", "alternatives"), wish=said)
    elif said:
        present(turn, openings, "nearest", says=("alternatives",), wish=said)
    else:
        present(turn, openings, "nearest_open", says=("alternatives",))


def _nothing_near(turn: Turn, memory: dict[str, Any]) -> None:
    """Nothing around the wish: look at the whole window once, then promise a call."""
    if memory.get("wide"):
        promise_call(turn)
        return
    start, end = window(turn)
    memory = {key: value for key, value in memory.items() if key != "go"}
    turn.ask_house(SearchOpenings(start, end), then="searched", **{**memory, "wide": True})


def offered_or_failed(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The search for the next times is back."""
    from playbook.offering import offered_times

    if not isinstance(result, Found):
        calendar_failed(turn)
        return
    turn.state.retrying = False
    offered_times(turn, result.openings, lead=memory.get("lead", "offer"))


# A choice


def choose(turn: Turn, start: datetime) -> None:
    """One of the openings, by its start. Already the meeting's time: nothing happens."""
    from playbook.moving import ask_to_move, say_standing

    known = {each.start: each for each in offered(turn)}
    pending = turn.state.pending or {}
    booking = turn.scene.booked
    if booking is not None:
        if booking.start == start:
            say_standing(turn, "same_time")
        else:
            length = booking.end - booking.start
            ask_to_move(turn, known.get(start) or Opening(start, start + length))
    elif pending.get("kind") == "hold" and moment(pending["start"]) == start:
        confirm(turn)
    else:
        take(turn, known.get(start) or Opening(start, start), book=True)


def take(turn: Turn, opening: Opening, *, book: bool) -> None:
    """Hold the opening; then book it at once, or read it back first."""
    turn.state.pending = None
    turn.ask_house(TakeHold(opening.start), then="held", book=book)


def held(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """It is kept for the visitor, or somebody was faster."""
    if isinstance(result, Taken):
        gone(turn, result)
    elif not isinstance(result, Held):
        calendar_failed(turn)
    elif memory.get("book") and contact_missing(turn) is None:
        turn.ask_house(ConfirmHold(result.hold.id), then="booked", **_kept(result.hold))
    else:
        turn.state.phase, turn.state.question = "meeting", MEETING
        wait_for(turn, "hold", **_kept(result.hold))


def _kept(hold: Hold) -> dict[str, Any]:
    return {
        "hold": hold.id,
        "start": hold.start.isoformat(),
        "end": hold.end.isoformat(),
        "until": hold.expires_at.isoformat(),
        "advisor": hold.advisor_name,
    }


def confirm(turn: Turn) -> None:
    """The visitor said yes to what is held."""
    memory = dict(turn.state.pending or {})
    memory.pop("kind", None)
    missing = contact_missing(turn)
    if missing is not None and turn.answer(missing.id) is None:
        ask_with(turn, missing, "next")
        return
    turn.state.pending = None
    turn.ask_house(ConfirmHold(memory["hold"]), then="booked", **memory)


def booked(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Booked: say when, with whom, where the invitation goes and where it can be changed."""
    if isinstance(result, Taken):
        _too_late(turn, memory, result)
    elif not isinstance(result, Booked):
        calendar_failed(turn, start=memory.get("start"))
    else:
        say_booked(turn, result.booking)


def say_booked(turn: Turn, booking: Booking) -> None:
    """The meeting in one line."""
    state = turn.state
    state.question, state.pending, state.offers, state.retrying = None, None, [], False
    email = turn.of_kind("email")
    says = ("confirm_summary", "booked")
    say(
        turn,
        "booked",
        says=says,
        when=say_meeting(booking.start, booking.end, zone=turn.scene.zone, locale=turn.locale),
        advisor=booking.advisor_name,
        email=say_back(turn, email) if email else "",
        page=booking.page_url,
    )


def _too_late(turn: Turn, memory: dict[str, Any], result: Taken) -> None:
    """The hold ran out. If the time is still free it is taken again and booked, once."""
    start = moment(memory["start"])
    free = any(each.start == start for each in result.nearest)
    if result.expired and free and not memory.get("again"):
        turn.ask_house(TakeHold(start), then="held_again")
        return
    gone(turn, result, until=memory.get("until"))


def held_again(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The second hold of a time whose first one ran out: booked at once."""
    if isinstance(result, Held):
        kept = {**_kept(result.hold), "again": True}
        turn.ask_house(ConfirmHold(result.hold.id), then="booked", **kept)
    else:
        held(turn, memory, result)


def gone(turn: Turn, result: Taken, *, until: str | None = None) -> None:
    """The time is gone: the nearest ones instead, or a fresh look where there are none."""
    if not result.nearest:
        offer_times(turn, lead="taken")
    elif result.expired and until:
        at = moment(until).astimezone(turn.scene.zone)
        said = isolated(say_clock(at, locale=turn.locale), locale=turn.locale)
        present(turn, result.nearest, "expired", says=("apology", "alternatives"), until=said)
    else:
        present(turn, result.nearest, "taken", says=("apology", "alternatives"))


def expired(turn: Turn) -> None:
    """The house says that the hold is over while the visitor was away."""
    pending = turn.state.pending or {}
    if pending.get("kind") != "hold":
        return
    turn.state.pending = None
    turn.state.wish = None
    turn.ask_house(SearchOpenings(*window(turn)), then="after_expiry", **pending)


def after_expiry(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """What is free now, the lost time among it if nobody took it."""
    if not isinstance(result, Found) or not result.openings:
        calendar_failed(turn)
        return
    start, end = moment(memory["start"]), moment(memory["end"])
    when = say_meeting(start, end, zone=turn.scene.zone, locale=turn.locale)
    most = turn.playbook.meeting.offered
    around = nearest(start, result.openings, most=most)
    present(turn, around, "hold_over", says=("apology", "alternatives"), when=when)


# Trouble


def calendar_failed(turn: Turn, *, start: str | None = None) -> None:
    """The house does not answer: nothing is lost, it is tried again, and there are ways on."""
    state = turn.state
    state.phase, state.question, state.retrying = "meeting", MEETING, True
    state.pending = None
    turn.tell("booking_retry_queued", what="booking", wish=state.wish or {}, start=start)
    says = ("apology", "alternatives", "nothing_lost", "offer_handoff")
    say(turn, "booking_failed", says=says, buttons=(RETRY, HANDOFF))


def retry(turn: Turn, *, by_house: bool) -> None:
    """Try again what an outage held up: the wish, or the next times."""
    if by_house:
        say(turn, "booking_back", says=("resume", "nothing_lost"))
    when = read_when(turn.state.wish) if turn.state.wish else None
    if when is not None:
        wish(turn, when)
    else:
        offer_times(turn)


