"""One of the times is chosen: by its button, or by saying which."""

from datetime import datetime

from playbook.meeting import confirm, say_booked, take
from playbook.moving import ask_to_move, say_standing
from playbook.pending import moment
from playbook.scene import Opening
from playbook.titles import offered
from playbook.turn import Turn


def choose(turn: Turn, start: datetime, *, spelled_out: bool = True) -> None:
    """The opening that starts then. What the visitor has already changes nothing.

    `spelled_out`: the choice itself says the whole time (its button); one made by its place
    ("the second one" of several days) is read back in full before it is booked."""
    known = {each.start: each for each in offered(turn)}
    pending = turn.state.pending or {}
    booking = turn.scene.booked
    if booking is None:
        if pending.get("kind") == "hold" and moment(pending["start"]) == start:
            confirm(turn)
        else:
            take(turn, known.get(start) or Opening(start, start), book=spelled_out)
    elif booking.start != start:
        length = booking.end - booking.start
        ask_to_move(turn, known.get(start) or Opening(start, start + length))
    elif turn.state.offers:
        say_booked(turn, booking)  # booked in a try of this turn that was not stored
    else:
        say_standing(turn, "same_time")
