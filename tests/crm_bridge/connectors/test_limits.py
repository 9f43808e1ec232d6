"""Buckets, breakers and Retry-After: arithmetic on a clock that the test holds."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from crm_bridge.connectors.breaker import Breaker
from crm_bridge.connectors.bucket import Bucket
from crm_bridge.connectors.retry_after import seconds_of

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


@given(
    st.integers(2, 30),
    st.floats(0.5, 20),
    st.lists(st.floats(0, 3), min_size=1, max_size=120),
)
def test_no_window_holds_more_than_the_bucket_allows(
    count: int, seconds: float, gaps: list[float]
) -> None:
    bucket, now, sent = Bucket(count, seconds=seconds), 100.0, []
    for gap in gaps:
        now += gap
        now += bucket.reserve(now)
        sent.append(now)
    for first in sent:
        assert sum(first <= at < first + seconds - 1e-6 for at in sent) <= count + 1


def test_a_bucket_that_rested_gives_its_burst_at_once() -> None:
    bucket = Bucket(10, seconds=10, burst=3)
    assert [bucket.reserve(5.0) for _ in range(3)] == [0, 0, 0]
    assert bucket.reserve(5.0) > 0


def test_the_breaker_opens_tries_once_and_closes() -> None:
    breaker = Breaker(3, rest=5.0, longest=20.0)
    for _ in range(2):
        breaker.failed(0.0)
    assert breaker.wait(0.0) == 0
    breaker.failed(0.0)
    assert breaker.wait(1.0) == 4.0
    assert breaker.wait(5.0) == 0  # one may try
    assert breaker.wait(5.0) > 0  # the others wait for its end
    breaker.failed(6.0)
    assert breaker.wait(6.0) == 10.0  # twice as long
    breaker.failed(16.0)
    breaker.failed(36.0)
    assert breaker.wait(36.0) == 20.0  # and never longer than that
    breaker.succeeded()
    assert breaker.wait(36.0) == 0


def test_retry_after_is_seconds_or_a_date_or_nothing() -> None:
    def seconds(header: str | None) -> float:
        return seconds_of(header, now=NOW, default=7.0)

    assert seconds("120") == 120
    assert seconds("1.5") == 1.5
    assert seconds("Wed, 11 Mar 2026 12:01:00 GMT") == 60
    assert seconds("Wed, 11 Mar 2026 11:00:00 GMT") == 0
    assert seconds("-5") == 0
    assert seconds("999999") == 3600
    assert [seconds(word) for word in (None, "", "soon", "nan")] == [7, 7, 7, 7]
