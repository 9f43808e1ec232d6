"""The meeting: a wish is searched, a time chosen, held, read back and booked.

A time that the visitor named, or chose by its place among those of several days, is read
back in full before it is booked; one that was spelled out already (its button was pressed, or
its day was said in full above the list) is booked at once. Nothing is booked
without a name and an address to invite.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from parsing.values import When
from parsing.wish import matching, nearest
from playbook.dates import isolated, say_clock, say_meeting
from playbook.directives import (
    Booked,
    Button,
    ConfirmHold,
    Failed,
    Found,
    Held,
    Result,
    SearchOpenings,
    TakeHold,
    Taken,
)
from playbook.offering import offer_times, offered_times, present, promise_call, spread, window
from playbook.onward import ask_with
from playbook.order import MEETING, contact_missing
from playbook.pending import moment, wait_for
from playbook.scene import Booking, Hold, Opening
from playbook.speaking import HANDOFF, say, say_back
from playbook.turn import Turn
from playbook.wishes import Wish, fitting, is_instant, recall, say_wish, search_window, target

RETRY = Button("retry", key="button_retry")


# A wish


def wish(turn: Turn, wished: Wish) -> None:
    """Search what fits the visitor's wish."""
    turn.state.pending = None
    turn.state.phase, turn.state.question = "meeting", MEETING
    turn.state.wish = dict(wished.said)
    start, end = search_window(wished, start=turn.scene.now, end=window(turn)[1])
    turn.ask_house(SearchOpenings(start.astimezone(UTC), end.astimezone(UTC)), then="searched")


def searched(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The openings around a wish are there: read one back, offer several, or the nearest."""
    wished = recall(turn.state.wish, zone=turn.scene.zone)
    if not isinstance(result, Found):
        calendar_failed(turn, result)
        return
    turn.state.retrying = False
    if wished is None:
        offered_times(turn, result.openings, lead="offer")
        return
    when, openings = wished.when, result.openings
    found = fitting(wished, openings, zone=turn.scene.zone)
    if is_instant(when) and found:
        take(turn, found[0], book=False)
    elif found:
        _offer_fitting(turn, wished, found)
    elif not openings:
        _nothing_near(turn, memory)
    else:
        _offer_nearest(turn, wished, openings)


def _offer_fitting(turn: Turn, wished: Wish, found: Sequence[Opening]) -> None:
    """What fits; one day is said in full, the more so where it could be read as another."""
    says = ("alternatives", "confirm_value") if wished.other else ("alternatives",)
    said = say_wish(wished.when, now=turn.scene.now, locale=turn.locale)
    key, values = ("offer_day", {"wish": said}) if said else ("offer_wish", {})
    present(turn, spread_wish(turn, wished.when, found), key, says=says, values=values)


def spread_wish(turn: Turn, when: When, found: Sequence[Opening]) -> Sequence[Opening]:
    """On one day all that fit (as many as are shown); over several days a few of each."""
    if when.first is not None and when.first == when.last:
        return found[: turn.playbook.meeting.offered]
    return spread(turn, found)


def _offer_nearest(turn: Turn, wished: Wish, openings: Sequence[Opening]) -> None:
    """Nothing fits: what is closest, and what fits the second reading of the words."""
    when, most = wished.when, turn.playbook.meeting.offered
    said = say_wish(when, now=turn.scene.now, locale=turn.locale)
    close = list(nearest(target(when, turn.scene.now, beside=wished.beside), openings, most=most))
    if wished.other is not None:
        also = matching(wished.other, openings, zone=turn.scene.zone)[:1]
        close = [*close[: most - len(also)], *(one for one in also if one not in close)]
    if when.past:
        present(turn, close, "past_time", says=("alternatives",))
    elif said and wished.other is not None:
        says = ("confirm_value", "alternatives")
        present(turn, close, "read_as", says=says, values={"wish": said})
    elif said:
        present(turn, close, "nearest", says=("alternatives",), values={"wish": said})
    else:
        present(turn, close, "nearest_open", says=("alternatives",))


def _nothing_near(turn: Turn, memory: dict[str, Any]) -> None:
    """Nothing around the wish: look at the whole window once, then promise a call."""
    if memory.get("wide"):
        promise_call(turn)
        return
    turn.ask_house(SearchOpenings(*window(turn)), then="searched", wide=True)


def offered_or_failed(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The search for the next times is back."""
    if not isinstance(result, Found):
        calendar_failed(turn, result)
        return
    turn.state.retrying = False
    offered_times(turn, result.openings, lead=memory.get("lead", "offer"))


# A choice


def take(turn: Turn, opening: Opening, *, book: bool) -> None:
    """Hold the opening; then book it at once, or read it back first."""
    turn.state.pending = None
    turn.ask_house(TakeHold(opening.start), then="held", book=book)


def held(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """It is kept for the visitor, or somebody was faster."""
    if isinstance(result, Taken):
        gone(turn, result)
    elif not isinstance(result, Held):
        calendar_failed(turn, result)
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
        calendar_failed(turn, result, start=memory.get("start"))
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
        present(
            turn,
            result.nearest,
            "expired",
            says=("apology", "alternatives"),
            values={"until": said},
        )
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
        calendar_failed(turn, result)
        return
    start, end = moment(memory["start"]), moment(memory["end"])
    when = say_meeting(start, end, zone=turn.scene.zone, locale=turn.locale)
    most = turn.playbook.meeting.offered
    around = nearest(start, result.openings, most=most)
    present(turn, around, "hold_over", says=("apology", "alternatives"), values={"when": when})


# Trouble


def calendar_failed(turn: Turn, result: Result | None = None, *, start: str | None = None) -> None:
    """The house does not answer: nothing is lost, it is tried again, and there are ways on.

    Where it answered with a refusal, trying again is no use: a person is."""
    state = turn.state
    state.phase, state.question, state.pending = "meeting", MEETING, None
    if isinstance(result, Failed) and result.code is not None:
        says = ("apology", "alternatives", "offer_handoff")
        say(turn, "booking_refused", says=says, buttons=(HANDOFF,))
        return
    state.retrying = True
    turn.tell("booking_retry_queued", what="booking", wish=state.wish or {}, start=start)
    ways = ("apology", "alternatives", "nothing_lost", "offer_handoff")
    say(turn, "booking_failed", says=ways, buttons=(RETRY, HANDOFF))


def retry(turn: Turn, *, by_house: bool) -> None:
    """Try again what an outage held up: the wish, or the next times."""
    if by_house:
        say(turn, "booking_back", says=("resume", "nothing_lost"))
    wished = recall(turn.state.wish, zone=turn.scene.zone)
    if wished is not None:
        wish(turn, wished)
    else:
        offer_times(turn)
