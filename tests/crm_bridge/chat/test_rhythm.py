"""Retries come quickly at first, then slower, and end within a quarter of an hour."""

from datetime import timedelta

from crm_bridge.chat.rhythm import Rhythm


def test_pauses_grow_and_then_a_person_takes_over() -> None:
    rhythm = Rhythm()
    pauses = [rhythm.pause_after(attempt) for attempt in range(1, 9)]
    known = [pause for pause in pauses if pause is not None]
    assert known[0] == timedelta(seconds=1)
    assert known == sorted(known)
    assert timedelta(minutes=5) < sum(known, timedelta()) < timedelta(minutes=15)
    assert rhythm.pause_after(9) is None


def test_a_lease_outlives_its_renewal() -> None:
    rhythm = Rhythm()
    assert rhythm.lease.total_seconds() > 2 * rhythm.renew_seconds
