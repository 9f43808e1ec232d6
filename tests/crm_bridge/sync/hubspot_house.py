"""The house connected to HubSpot's fake, and a clock that leaps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crm_bridge.core.clock import Clock
from tests.crm_bridge.sync.ours import Ours
from tests.fake_hubspot import FakeHubSpot


class Leaping(Clock):
    """The real clock, and what a test let pass."""

    passed = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed


@dataclass
class House:
    ours: Ours
    hubspot: FakeHubSpot
    clock: Leaping

    async def rounds(self, minutes: int) -> None:
        """Rounds of the sync, one each virtual minute, without forgetting its rest."""
        for _ in range(minutes):
            while await self.ours.dispatcher.deliver_due():
                pass
            await self.ours.syncer.round()
            self.clock.passed += timedelta(minutes=1)


def by_email(fake: FakeHubSpot) -> dict[str, str]:
    rows = [row.properties for row in fake.table().values()]
    assert len(rows) == len({row["email"] for row in rows}), "somebody was doubled"
    return {
        row["email"]: " ".join(filter(None, (row.get("firstname"), row.get("lastname"))))
        for row in rows
    }
