"""What may happen to a booking, and what it is at a given moment."""

from datetime import timedelta
from typing import get_args

import pytest

from crm_bridge.booking.states import (
    Act,
    BookingOver,
    Status,
    WrongState,
    after,
    check_changeable,
    phase,
    stands,
)
from tests.crm_bridge.booking.makers import at

NOW, START, END = at("12 08:00"), at("12 09:00"), at("12 09:30")
ALLOWED = {
    ("held", "confirm"): "booked",
    ("held", "expire"): "expired",
    ("held", "release"): "expired",
    ("booked", "move"): "booked",
    ("booked", "cancel"): "cancelled",
}


@pytest.mark.parametrize("status", get_args(Status))
@pytest.mark.parametrize("act", get_args(Act))
def test_nothing_else_is_possible(status: Status, act: Act) -> None:
    wanted = ALLOWED.get((status, act))
    if wanted is None:
        with pytest.raises(WrongState):
            after(status, act)
    else:
        assert after(status, act) == wanted


def test_a_hold_stands_until_the_moment_it_ends() -> None:
    assert stands("held", START, START - timedelta(microseconds=1))
    assert not stands("held", START, START)
    assert not stands("held", None, NOW)
    assert stands("booked", None, NOW)
    assert not stands("cancelled", None, NOW)


@pytest.mark.parametrize(
    ("status", "now", "wanted"),
    [
        ("booked", NOW, "coming"),
        ("booked", START, "running"),
        ("booked", END, "past"),
        ("cancelled", END, "cancelled"),
        ("expired", NOW, "expired"),
        ("held", NOW, "held"),
        ("held", START, "expired"),
    ],
)
def test_the_phase_follows_the_clock(status: str, now: object, wanted: str) -> None:
    expires = NOW + timedelta(minutes=5)
    found = phase(status, start=START, end=END, expires_at=expires, now=now)  # type: ignore[arg-type]
    assert found == wanted


def test_a_meeting_can_be_changed_until_it_begins() -> None:
    check_changeable("booked", "move", start=START, now=NOW)
    with pytest.raises(BookingOver):
        check_changeable("booked", "cancel", start=START, now=START)
    with pytest.raises(WrongState):
        check_changeable("held", "move", start=START, now=NOW)
