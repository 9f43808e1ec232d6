"""What a provider of video rooms is to us.

VideoUnreachable   try later (the network, a limit of calls)
VideoRefused       the provider will not, whatever the time: a person has to look
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from crm_bridge.core.errors import Refused, TryLater


class VideoUnreachable(TryLater):
    """The provider cannot be reached now, or wants fewer calls."""

    code: ClassVar[str] = "video_unreachable"


class VideoRefused(Refused):
    """The provider refuses: the account, the user or the meeting is not as it should be."""

    code: ClassVar[str] = "video_refused"


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a room is for. `topic` names no visitor: rooms are seen by others. `host` is the
    mail address of whose room it is."""

    booking: str
    topic: str
    start: datetime
    end: datetime
    host: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """Where to join, and the provider's name for it where it has one."""

    url: str
    id: str


class VideoRooms(Protocol):
    """A provider of rooms. Those that are asked over the network are asked after the
    booking is committed; their room comes later than the booking."""

    def room(self, meeting: Meeting) -> str | None:
        """The address of the meeting, where it can be named without a call."""

    async def open(self, meeting: Meeting) -> Room | None:
        """Make the room; None where rooms need no making.

        Raises VideoUnreachable or VideoRefused, like all that follow.
        """

    async def find(self, meeting: Meeting) -> Room | None:
        """The room that `open` made for this booking, if it did: its answer may be lost."""

    async def move(self, room_id: str, meeting: Meeting) -> None:
        """Tell the provider the new time; the address stays."""

    async def close(self, room_id: str) -> None:
        """Take the room away; one that is gone already is no error."""
