"""The clock of the process: real time, or real time moved to start at USHER_NOW."""

from datetime import UTC, datetime


class Clock:
    """Tells the time in UTC. With `start`, the clock began there when it was made and
    runs on at real speed, so that a demonstration or a test has a date of its own."""

    def __init__(self, start: datetime | None = None) -> None:
        if start is not None and start.tzinfo is None:
            raise ValueError(
                "the start of a clock needs a time zone, e.g. 2026-03-11T10:00:00+01:00"
            )
        self._offset = start - datetime.now(UTC) if start else None

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        real = datetime.now(UTC)
        return real + self._offset if self._offset is not None else real
