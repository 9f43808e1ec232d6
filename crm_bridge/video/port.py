"""What a provider of video rooms is to us."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a room is for. `topic` names no visitor: rooms are seen by others."""

    booking: str
    topic: str
    start: datetime
    end: datetime


class VideoRooms(Protocol):
    """A provider that names a room without being asked over the network.

    A provider that has to be called (Zoom, Teams, Meet) belongs behind the outbox, after
    the booking is committed; its room comes later than the booking.
    """

    def room(self, meeting: Meeting) -> str:
        """The address at which the meeting can be joined."""
