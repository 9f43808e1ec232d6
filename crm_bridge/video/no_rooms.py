"""No rooms of ours: meetings without video, or with the link that the advisor's calendar
makes (Meet, Teams)."""

from crm_bridge.video.port import Meeting, Room


class NoRooms:
    """Makes nothing."""

    def room(self, meeting: Meeting) -> str | None:
        """There is none."""
        return None

    async def open(self, meeting: Meeting) -> Room | None:
        """There is none."""
        return None

    async def find(self, meeting: Meeting) -> Room | None:
        """There is none."""
        return None

    async def move(self, room_id: str, meeting: Meeting) -> None:
        """Nothing to move."""

    async def close(self, room_id: str) -> None:
        """Nothing to close."""
