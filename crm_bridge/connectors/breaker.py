"""When to stop asking a CRM that keeps failing, and when to try once more. Pure.

Closed: everything goes through. After `failures` in a row it opens: nothing goes through
for `rest` seconds, doubling up to `longest`; then one request tries, and its end decides.
"""


class Breaker:
    """Counts failures of one connection. Instants are seconds of one monotonic clock."""

    def __init__(self, failures: int = 5, *, rest: float = 5.0, longest: float = 120.0) -> None:
        self._limit = failures
        self._first_rest = rest
        self._longest = longest
        self._failed = 0
        self._rest = rest
        self._closed_again_at: float | None = None

    def wait(self, now: float) -> float:
        """Seconds until a request may be tried; 0 when it may go now. When it is half open
        the request that asks is the one that tries, others wait for its end."""
        if self._closed_again_at is None:
            return 0.0
        if now < self._closed_again_at:
            return self._closed_again_at - now
        self._closed_again_at = now + self._rest
        return 0.0

    def succeeded(self) -> None:
        """The CRM answered as it should."""
        self._failed, self._rest, self._closed_again_at = 0, self._first_rest, None

    def failed(self, now: float) -> None:
        """It did not answer, or with a fault of its own."""
        self._failed += 1
        if self._failed < self._limit:
            return
        if self._failed > self._limit:
            self._rest = min(self._rest * 2, self._longest)
        self._closed_again_at = now + self._rest
