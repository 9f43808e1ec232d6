"""After the booking: the meeting is moved or cancelled by talking, never doubled."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from parsing.wish import nearest
from playbook.dates import say_meeting
from playbook.directives import Booked, Button, Cancel, Found, Move, Result, SearchOpenings, Taken
from playbook.meeting import calendar_failed, gone
from playbook.offering import present, window
from playbook.onward import within
from playbook.order import MEETING
from playbook.pending import ask_pending, moment, wait_for
from playbook.scene import Booking, Opening
from playbook.speaking import say, say_back
from playbook.titles import payload_of
from playbook.turn import Turn
from playbook.wishes import Wish, fitting, is_instant, recall, say_wish, search_window, target

MOVE = Button("move", key="button_move")
CANCEL = Button("cancel_booking", key="button_cancel_booking")


def say_standing(turn: Turn, key: str, /, *, says: Sequence[str] = ()) -> None:
    """How the meeting stands, with the ways to change it."""
    booking = turn.scene.booked
    if booking is None:
        within(turn, "no_booking")
        return
    turn.state.question = None
    say(
        turn, key, says=("booking_stands", *says), buttons=(MOVE, CANCEL), when=_when(turn, booking)
    )


def tell_meeting(turn: Turn) -> None:
    """Who, when and where, to a visitor who asks about their meeting."""
    booking = turn.scene.booked
    if booking is None:
        within(turn, "no_booking")
        return
    say(
        turn,
        "about_meeting",
        says=("booking_stands",),
        buttons=() if turn.state.pending else (MOVE, CANCEL),
        when=_when(turn, booking),
        advisor=booking.advisor_name,
        page=booking.page_url,
    )
    if turn.state.pending:
        ask_pending(turn)


def _when(turn: Turn, booking: Booking) -> str:
    return say_meeting(booking.start, booking.end, zone=turn.scene.zone, locale=turn.locale)


# Moving


def ask_new_time(turn: Turn) -> None:
    """The visitor wants another time and has not said which."""
    if turn.scene.booked is None:
        within(turn, "no_booking")
        return
    turn.state.pending, turn.state.question = None, MEETING
    say(turn, "move_when", says=("ack",))


def wish_move(turn: Turn, wished: Wish) -> None:
    """A wish for another time, read beside the meeting as it is."""
    if turn.scene.booked is None:
        within(turn, "no_booking")
        return
    turn.state.pending, turn.state.question = None, MEETING
    turn.state.wish = dict(wished.said)
    start, end = search_window(wished, start=turn.scene.now, end=window(turn)[1])
    directive = SearchOpenings(start.astimezone(UTC), end.astimezone(UTC))
    turn.ask_house(directive, then="searched_move")


def searched_move(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """The openings around the new time: read it back, or offer what there is."""
    wished = recall(turn.state.wish, zone=turn.scene.zone)
    if not isinstance(result, Found) or wished is None:
        calendar_failed(turn, result)
        return
    when, most = wished.when, turn.playbook.meeting.offered
    found = fitting(wished, result.openings, zone=turn.scene.zone)
    if is_instant(when) and found:
        ask_to_move(turn, found[0])
    elif found:
        present(turn, found[:most], "offer_wish", says=("alternatives",))
    elif result.openings:
        said = say_wish(when, now=turn.scene.now, locale=turn.locale)
        around = nearest(
            target(when, turn.scene.now, beside=wished.beside), result.openings, most=most
        )
        key, values = ("nearest", {"wish": said}) if said else ("nearest_open", {})
        present(turn, around, key, says=("alternatives",), values=values)
    else:
        say(turn, "no_openings", says=("alternatives",))


def ask_to_move(turn: Turn, opening: Opening) -> None:
    """Read the old and the new time back and wait for a yes."""
    booking = turn.scene.booked
    if booking is not None and booking.start == opening.start:
        say_standing(turn, "same_time")
        return
    start, end = opening.start.isoformat(), opening.end.isoformat()
    turn.state.question = MEETING
    wait_for(turn, "move", start=start, end=end, payload=payload_of(opening.start))


def move(turn: Turn) -> None:
    """The visitor said yes to the new time."""
    pending, booking = dict(turn.state.pending or {}), turn.scene.booked
    turn.state.pending = None
    if booking is None:
        within(turn, "no_booking")
        return
    pending.pop("kind", None)
    turn.ask_house(Move(booking.id, moment(pending["start"])), then="moved", **pending)


def moved(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Moved, or the new time is gone."""
    if isinstance(result, Taken):
        gone(turn, result)
    elif not isinstance(result, Booked):
        calendar_failed(turn, result, start=memory.get("start"))
    else:
        turn.state.question, turn.state.offers = None, []
        email = turn.of_kind("email")
        said = say_back(turn, email) if email else ""
        says = ("confirm_summary", "moved")
        booking = result.booking
        values = {"when": _when(turn, booking), "advisor": booking.advisor_name}
        say(turn, "moved", says=says, email=said, values=values)


def keep_time(turn: Turn) -> None:
    """The visitor would rather not move after all."""
    turn.state.pending = None
    say_standing(turn, "move_kept", says=("ack",))


# Cancelling


def ask_to_cancel(turn: Turn) -> None:
    """A meeting is cancelled only after a yes."""
    if turn.scene.booked is None:
        within(turn, "no_booking")
        return
    turn.state.question = None
    wait_for(turn, "cancel_booking")


def cancel(turn: Turn) -> None:
    """The visitor said yes."""
    booking = turn.scene.booked
    turn.state.pending = None
    if booking is None:
        within(turn, "no_booking")
        return
    turn.ask_house(Cancel(booking.id), then="cancelled")


def cancelled(turn: Turn, memory: dict[str, Any], result: Result) -> None:
    """Cancelled; a new time may be chosen whenever the visitor likes."""
    if not isinstance(result, Booked):
        calendar_failed(turn, result)
        return
    turn.state.question, turn.state.offers, turn.state.phase = None, [], "meeting"
    when = _when(turn, result.booking)
    say(turn, "booking_cancelled", says=("ack", "booking_cancelled"), when=when)


def keep_booking(turn: Turn) -> None:
    """The meeting stands after all."""
    turn.state.pending = None
    say_standing(turn, "booking_kept", says=("ack",))
