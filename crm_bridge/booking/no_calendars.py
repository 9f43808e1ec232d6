"""No outside calendars: advisors get their meetings by mail."""

from collections.abc import Sequence

from crm_bridge.calendars.port import Entry, Written


class NoCalendars:
    """`calendars.port.AdvisorCalendars` of advisors who have connected none."""

    async def reread(self, advisor_ids: Sequence[str], *, patience_seconds: float = 4.0) -> None:
        """There is nothing to read."""

    async def can_make_video(self, advisor_id: str) -> bool:
        """Nobody can."""
        return False

    async def write(self, advisor_id: str, entry: Entry) -> Written | None:
        """There is nowhere to write."""
        return None

    async def remove(self, advisor_id: str, uid: str) -> None:
        """There is nothing to remove."""
