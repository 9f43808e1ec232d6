"""What may happen to a booking, and what it is at a given moment. Pure.

held --confirm--> booked --move--> booked --cancel--> cancelled
  \\--expire/release--> expired
"""

from datetime import datetime
from typing import Final, Literal

from crm_bridge.core.errors import Conflict

Status = Literal["held", "booked", "cancelled", "expired"]
Act = Literal["confirm", "expire", "release", "move", "cancel"]
Phase = Literal["held", "coming", "running", "past", "cancelled", "expired"]

_NEXT: Final[dict[tuple[str, Act], Status]] = {
    ("held", "confirm"): "booked",
    ("held", "expire"): "expired",
    ("held", "release"): "expired",
    ("booked", "move"): "booked",
    ("booked", "cancel"): "cancelled",
}


class WrongState(Conflict):
    """The booking is not in a state in which this can be done."""

    code = "wrong_state"


class BookingOver(Conflict):
    """The meeting has begun or is over: it can be neither moved nor cancelled."""

    code = "booking_over"


def after(status: str, act: Act) -> Status:
    """The status after `act`. Raises WrongState where it is not possible."""
    following = _NEXT.get((status, act))
    if following is None:
        raise WrongState(f"a booking that is {status} cannot {act}", state=status)
    return following


def stands(status: str, expires_at: datetime | None, now: datetime) -> bool:
    """Whether the advisor's time is taken: booked, or held and not run out."""
    if status == "held":
        return expires_at is not None and now < expires_at
    return status == "booked"


def phase(
    status: str,
    *,
    start: datetime,
    end: datetime,
    expires_at: datetime | None,
    now: datetime,
) -> Phase:
    """What the booking is for people at `now`."""
    match status:
        case "cancelled":
            return "cancelled"
        case "booked":
            if now >= end:
                return "past"
            return "running" if now >= start else "coming"
    return "held" if stands(status, expires_at, now) else "expired"


def check_changeable(
    status: str, act: Literal["move", "cancel"], *, start: datetime, now: datetime
) -> None:
    """Raises WrongState unless booked, BookingOver once the meeting has begun."""
    after(status, act)
    if now >= start:
        raise BookingOver("the meeting has begun or is over")
