"""A bucket lets a burst through, then its rate, for each key on its own."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.web.rate_limit import RateLimit, TooMany
from tests.crm_bridge.conftest import NOW


def test_a_burst_passes_then_the_next_is_told_how_long_to_wait() -> None:
    limit = RateLimit(60, burst=2)
    limit.take("a", NOW)
    limit.take("a", NOW)
    with pytest.raises(TooMany) as refused:
        limit.take("a", NOW)
    assert refused.value.retry_after_seconds == pytest.approx(1.0)
    limit.take("b", NOW)


def test_after_the_wait_one_more_passes() -> None:
    limit = RateLimit(60, burst=1)
    limit.take("a", NOW)
    limit.take("a", NOW + timedelta(seconds=1))


@given(st.lists(st.integers(0, 30), max_size=100), st.integers(1, 10))
def test_never_more_than_burst_and_rate_together(pauses: list[int], burst: int) -> None:
    limit = RateLimit(30, burst=burst)
    now, passed = NOW, 0
    for pause in pauses:
        now += timedelta(seconds=pause)
        try:
            limit.take("a", now)
            passed += 1
        except TooMany:
            pass
    assert passed <= burst + (now - NOW).total_seconds() * 0.5
