"""Holding, booking, moving and cancelling; a time that is gone is a result, not a fault."""

from actions.bridge import OpeningGone
from actions.errand import Errand
from actions.openings import opening
from actions.session import booking, hold
from contracts.booking import CancelRequest, ConfirmRequest, HoldRequest, MoveRequest
from playbook.directives import Booked, Cancel, ConfirmHold, Held, Move, TakeHold, Taken


async def take_hold(errand: Errand, directive: TakeHold) -> Held | Taken:
    """Keep the opening for this visitor."""
    request = HoldRequest(start=directive.start)
    try:
        view = await errand.bridge.hold(errand.conversation, request, key=errand.key("hold"))
    except OpeningGone as gone:
        return _taken(gone)
    return Held(hold(view))


async def confirm_hold(errand: Errand, directive: ConfirmHold) -> Booked | Taken:
    """Book what is held."""
    request = ConfirmRequest(hold=directive.hold)
    try:
        view = await errand.bridge.confirm(errand.conversation, request, key=errand.key("book"))
    except OpeningGone as gone:
        return _taken(gone)
    return Booked(booking(view))


async def move(errand: Errand, directive: Move) -> Booked | Taken:
    """Move the meeting."""
    request = MoveRequest(start=directive.start)
    try:
        view = await errand.bridge.move(directive.booking, request, key=errand.key("move"))
    except OpeningGone as gone:
        return _taken(gone)
    return Booked(booking(view))


async def cancel(errand: Errand, directive: Cancel) -> Booked:
    """Cancel the meeting."""
    request = CancelRequest(reason="cancelled in the chat")
    view = await errand.bridge.cancel(directive.booking, request, key=errand.key("cancel"))
    return Booked(booking(view))


def _taken(gone: OpeningGone) -> Taken:
    return Taken(tuple(opening(one) for one in gone.nearest), gone.expired)
