"""Zoom meetings are made, moved and taken away; what Zoom will not do is told apart from
what it will do later."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from pydantic import SecretStr

from crm_bridge.settings import Zoom
from crm_bridge.video.port import Meeting, VideoRefused, VideoRooms, VideoUnreachable
from crm_bridge.video.zoom import ZoomRooms
from tests.crm_bridge.video.fake_zoom import ACCOUNT, CLIENT, SECRET, FakeZoom

START = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


def a_meeting(booking: str = "bkg_1", host: str = "maja@polaris.test") -> Meeting:
    return Meeting(booking, "Introductory meeting", START, START + timedelta(minutes=30), host=host)


@pytest.fixture
def zoom() -> FakeZoom:
    return FakeZoom()


@pytest.fixture
def rooms(zoom: FakeZoom) -> VideoRooms:
    settings = Zoom(account_id=ACCOUNT, client_id=CLIENT, client_secret=SecretStr(SECRET))
    return ZoomRooms(settings, zoom.client())


async def test_a_room_is_made_at_its_time_and_named_by_its_address(
    zoom: FakeZoom, rooms: VideoRooms
) -> None:
    room = await rooms.open(a_meeting())
    assert room is not None
    made = zoom.meetings[room.id]
    assert room.url == made["join_url"]
    assert (made["start_time"], made["duration"], made["type"]) == ("2026-03-12T08:00:00Z", 30, 2)
    assert "Robin" not in str(made)


async def test_one_token_serves_until_it_is_refused_then_there_is_another(
    zoom: FakeZoom, rooms: VideoRooms
) -> None:
    await rooms.open(a_meeting())
    await rooms.open(a_meeting("bkg_2"))
    assert len(zoom.tokens) == 1
    zoom.good.clear()
    await rooms.open(a_meeting("bkg_3"))
    assert (len(zoom.tokens), len(zoom.meetings)) == (2, 3)


async def test_a_room_whose_answer_was_lost_is_found_again_on_any_page(
    zoom: FakeZoom, rooms: VideoRooms
) -> None:
    for number in range(4):
        await rooms.open(a_meeting(f"bkg_other{number}"))
    zoom.lose_next_answer = True
    with pytest.raises(VideoUnreachable):
        await rooms.open(a_meeting())
    found = await rooms.find(a_meeting())
    assert found is not None
    assert zoom.meetings[found.id]["agenda"] == "bkg_1"
    assert await rooms.find(a_meeting("bkg_unknown")) is None


async def test_a_room_is_moved_and_keeps_its_address(zoom: FakeZoom, rooms: VideoRooms) -> None:
    room = await rooms.open(a_meeting())
    assert room is not None
    later = START + timedelta(hours=1)
    await rooms.move(room.id, Meeting("bkg_1", "Meeting", later, later + timedelta(minutes=45)))
    moved = zoom.meetings[room.id]
    assert (moved["start_time"], moved["duration"]) == ("2026-03-12T09:00:00Z", 45)
    assert moved["join_url"] == room.url


async def test_a_room_that_is_gone_already_is_closed(zoom: FakeZoom, rooms: VideoRooms) -> None:
    room = await rooms.open(a_meeting())
    assert room is not None
    await rooms.close(room.id)
    await rooms.close(room.id)
    assert zoom.meetings == {}


async def test_too_many_calls_and_faults_of_the_server_are_for_later(
    zoom: FakeZoom, rooms: VideoRooms
) -> None:
    zoom.next_answers = [
        httpx.Response(429, headers={"Retry-After": "7"}, json={"code": 429}),
        httpx.Response(503),
    ]
    with pytest.raises(VideoUnreachable) as told:
        await rooms.open(a_meeting())
    assert told.value.retry_after_seconds == 7
    with pytest.raises(VideoUnreachable):
        await rooms.open(a_meeting())


async def test_a_user_that_zoom_does_not_know_is_for_a_person(rooms: VideoRooms) -> None:
    with pytest.raises(VideoRefused) as told:
        await rooms.open(a_meeting(host="nobody@polaris.test"))
    assert "nobody" not in told.value.detail


async def test_wrong_credentials_are_for_a_person(zoom: FakeZoom) -> None:
    rooms = ZoomRooms(Zoom(account_id=ACCOUNT, client_id="x"), zoom.client())
    with pytest.raises(VideoRefused):
        await rooms.open(a_meeting())
