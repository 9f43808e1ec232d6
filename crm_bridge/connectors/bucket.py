"""How fast a CRM may be asked: a token bucket that tells how long to wait. Pure.

Instants are seconds of one clock that never goes back.
"""


class Bucket:
    """At most `count` requests in any `seconds`, `burst` of them at once (default: half).

    A bucket of burst b that fills at r a second lets through at most b + r*t in t seconds;
    r is chosen so that this is `count` at t = `seconds`.
    """

    def __init__(self, count: int, *, seconds: float, burst: int | None = None) -> None:
        if count < 1 or seconds <= 0:
            raise ValueError("a bucket needs a count and a time")
        self._burst = float(min(count, burst if burst is not None else max(1, count // 2)))
        self._per_second = max(count - self._burst, 1.0) / seconds
        self._left = self._burst
        self._at = float("-inf")

    def reserve(self, now: float) -> float:
        """Take one token, which may be one of the future; the seconds to wait for it."""
        if now > self._at:
            elapsed = now - self._at
            self._left = min(self._burst, self._left + elapsed * self._per_second)
            self._at = now
        self._left -= 1
        return max(0.0, -self._left / self._per_second)
