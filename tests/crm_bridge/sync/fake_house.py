"""The house connected to a CRM's fake, and a clock that leaps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_bridge.core.clock import Clock
from tests.crm_bridge.sync.ours import Ours
from tests.crm_places import Place


class Leaping(Clock):
    """A clock that runs `faster` than the real one, so that nobody waits for a CRM's limits,
    and what a test let pass."""

    faster = 50

    def __init__(self) -> None:
        super().__init__()
        self.start = datetime.now(UTC)
        self.passed = timedelta()

    def now(self) -> datetime:
        return self.start + (datetime.now(UTC) - self.start) * self.faster + self.passed


@dataclass
class House:
    ours: Ours
    place: Place
    clock: Leaping

    async def rounds(self, minutes: int) -> None:
        """Rounds of the sync, one each virtual minute, without forgetting its rest."""
        for _ in range(minutes):
            while await self.ours.dispatcher.deliver_due():
                pass
            await self.ours.syncer.round()
            self.clock.passed += timedelta(minutes=1)
