"""How often one address, session or key may do something: a token bucket each, in memory.

Limits hold per bridge process. Time comes in as an argument.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from crm_bridge.core.errors import TryLater

MOST_BUCKETS = 50_000


class TooMany(TryLater):
    code = "too_many_requests"


class RateLimit:
    """At most `per_minute` a minute for each key, `burst` of them at once.

    `take` counts one; it raises TooMany with the seconds to wait when nothing is left.
    """

    def __init__(self, per_minute: int, *, burst: int | None = None) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst if burst is not None else per_minute)
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> None:
        """Count one use by `key`. Raises TooMany."""
        left, since = self._buckets.pop(key, (self._burst, now))
        elapsed = max(timedelta(), now - since).total_seconds()
        left = min(self._burst, left + elapsed * self._per_second)
        allowed = left >= 1
        self._buckets[key] = (left - 1 if allowed else left, now)
        if len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise TooMany("too many requests", retry_after_seconds=(1 - left) / self._per_second)
