"""The gateway's patience: when a turn is tried again, and when a person takes over. Pure."""

from dataclasses import dataclass
from datetime import timedelta

# They sum to about ten minutes: longer than any restart, shorter than a visitor's memory
# of what they wanted.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (1, 3, 10, 30, 60, 120, 180, 180))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`pauses` before the second and later tries. A worker's `lease` on a turn is renewed
    while it works, so it says only how soon a dead worker's turns are found.

    After `set_aside_after` tries that the bot answered wrongly, a later message may go
    first: what makes one message fail must not hold up the chat.
    """

    pauses: tuple[timedelta, ...] = PAUSES
    lease: timedelta = timedelta(seconds=6)
    renew_seconds: float = 2.0
    typing_after_seconds: float = 0.3
    sweep_seconds: float = 1.0
    set_aside_after: int = 3
    set_aside: timedelta = timedelta(seconds=60)

    def pause_after(self, attempts: int) -> timedelta | None:
        """The pause after that many failed tries (1 or more); None: give up."""
        return self.pauses[attempts - 1] if attempts <= len(self.pauses) else None
