"""Jitsi rooms: an address nobody can guess is the room; there is no call to make."""

import secrets

from crm_bridge.video.port import Meeting, Room


class JitsiRooms:
    """Rooms of the Jitsi server at `base_url` (https://meet.example.org)."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def room(self, meeting: Meeting) -> str:
        """A new address with 128 random bits. Letters and digits only, so that every client
        shows it as one link."""
        return f"{self._base_url}/usher-{secrets.token_hex(16)}"

    async def open(self, meeting: Meeting) -> Room | None:
        """Nothing to make."""
        return None

    async def find(self, meeting: Meeting) -> Room | None:
        """Nothing was made."""
        return None

    async def move(self, room_id: str, meeting: Meeting) -> None:
        """The address has no time."""

    async def close(self, room_id: str) -> None:
        """An address cannot be taken away."""
