"""Why a time was not given: each with what to offer instead.

Conflict
+-- OpeningTaken    somebody else has it (or it is no opening at all); `nearest`
+-- HoldExpired     the hold ran out, was let go or was never; `nearest`
+-- Clash           the advisor moved the meeting onto another one of theirs
TryLater
+-- TooManyHolds    a conversation took too many holds today
Refused
+-- TooManyBookings the address has as many coming meetings as one may have
    +-- TooManyChanges  the meeting was moved as often as it may be
"""

from collections.abc import Sequence
from typing import ClassVar

from crm_bridge.booking.offer import opening_view
from crm_bridge.calendars.openings import Opening
from crm_bridge.core.errors import Conflict, NotFound, Refused, TryLater


class BookingUnknown(NotFound):
    code = "booking_unknown"


class OpeningTaken(Conflict):
    """The opening is gone. `nearest` are the closest ones still free, the closest first."""

    code: ClassVar[str] = "opening_taken"

    def __init__(self, nearest: Sequence[Opening] = ()) -> None:
        super().__init__("this time is no longer free", nearest=_views(nearest))
        self.nearest = tuple(nearest)


class HoldExpired(Conflict):
    """The time is not held any more. `nearest` begins with it, if it is still free."""

    code: ClassVar[str] = "hold_expired"

    def __init__(self, nearest: Sequence[Opening] = ()) -> None:
        super().__init__("the hold has run out", nearest=_views(nearest))
        self.nearest = tuple(nearest)


class Clash(Conflict):
    """The advisor's new time is taken by another meeting."""

    code: ClassVar[str] = "clash"

    def __init__(self, booking_id: str) -> None:
        super().__init__("the advisor has another meeting at that time")
        self.booking_id = booking_id


class TooManyHolds(TryLater):
    code: ClassVar[str] = "too_many_holds"


class TooManyChanges(Refused):
    code: ClassVar[str] = "too_many_changes"


class TooManyBookings(Refused):
    code: ClassVar[str] = "too_many_bookings"


def _views(openings: Sequence[Opening]) -> list[dict[str, object]]:
    return [opening_view(each).model_dump(mode="json") for each in openings]
