"""When a turn that failed is tried again, and when a person takes over. Pure.

The pauses sum to about ten minutes: longer than any restart, shorter than a visitor's
memory of what they wanted.
"""

from datetime import timedelta
from typing import Final

PAUSES: Final = tuple(timedelta(seconds=s) for s in (1, 3, 10, 30, 60, 120, 180, 180))
LEASE: Final = timedelta(seconds=6)
RENEW_SECONDS: Final = 2.0
# After so many tries that the bot answered wrongly, a later message may go first: what
# makes one message fail must not hold up the chat.
SET_ASIDE_AFTER: Final = 3
SET_ASIDE: Final = timedelta(seconds=60)


def pause_after(attempts: int) -> timedelta | None:
    """The pause after that many failed tries (1 or more); None: give up."""
    return PAUSES[attempts - 1] if attempts <= len(PAUSES) else None
