"""Rooms nobody can guess."""

import re
from datetime import UTC, datetime, timedelta

from crm_bridge.video.jitsi import JitsiRooms
from crm_bridge.video.port import Meeting, VideoRooms

START = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


def test_every_meeting_gets_a_room_of_128_random_bits() -> None:
    rooms: VideoRooms = JitsiRooms("https://meet.example.org/")
    meeting = Meeting("bkg_1", "Maja", START, START + timedelta(minutes=30))
    made = {rooms.room(meeting) for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"https://meet\.example\.org/usher-[0-9a-f]{32}", one) for one in made)
