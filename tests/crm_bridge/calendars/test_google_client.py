"""The vendor's own client finds the fake of Google Calendar as it finds Google: so what our
adapter is tested against is what Google's library expects."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.port import Entry
from tests.crm_bridge.calendars.places.google import GooglePlace
from tests.crm_bridge.calendars.places.place import WINDOW, Event


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


MEETING = Entry(
    uid="bkg_1@polaris.test",
    sequence=0,
    start=at(16, 9),
    end=at(16, 10),
    zone="Europe/Ljubljana",
    title="Introductory meeting",
)


@pytest.fixture
def events(google_place: GooglePlace) -> Iterator[Any]:
    """The library's own view of the calendar, with an access token that has run out."""
    credentials = Credentials(  # type: ignore[no-untyped-call]
        "access-of-yesterday",
        refresh_token="refresh-0",
        token_uri=f"{google_place.url}/token",
        client_id="client",
        client_secret="secret",
    )
    options = {"api_endpoint": f"{google_place.url}/calendar/v3/"}
    service = build(
        "calendar", "v3", credentials=credentials, client_options=options, static_discovery=True
    )
    yield service.events()
    service.close()


def _all(events: Any, **asked: Any) -> tuple[list[dict[str, Any]], str]:
    """Every page, as the library turns them; and the token to go on with."""
    found: list[dict[str, Any]] = []
    request = events.list(calendarId="primary", **asked)
    answer: dict[str, Any] = {}
    while request is not None:
        answer = request.execute()
        found += answer["items"]
        request = events.list_next(request, answer)
    return found, answer["nextSyncToken"]


async def test_it_reads_all_pages_and_then_only_what_changed(
    google_place: GooglePlace, events: Any
) -> None:
    for number in range(5):
        google_place.put(Event(f"e{number}", at(12, 8 + number), at(12, 9 + number)))
    found, token = await asyncio.to_thread(_all, events)
    assert [each["id"] for each in found] == [f"e{number}" for number in range(5)]
    google_place.delete("e3")
    changed, _ = await asyncio.to_thread(_all, events, syncToken=token)
    assert [(each["id"], each["status"]) for each in changed] == [("e3", "cancelled")]
    google_place.forget()
    with pytest.raises(HttpError) as gone:
        await asyncio.to_thread(_all, events, syncToken=token)
    assert gone.value.status_code == 410


async def test_it_gets_a_new_token_where_the_old_one_has_run_out(
    google_place: GooglePlace, events: Any
) -> None:
    assert await asyncio.to_thread(_all, events) == ([], "0")
    assert google_place.refreshed == 1


async def test_what_we_write_it_moves_and_deletes_and_we_read_it(
    google_place: GooglePlace, events: Any
) -> None:
    calendar = google_place.calendar()
    written = await calendar.write(MEETING, None)
    before = await calendar.changes(None, WINDOW)
    later = {
        "start": {"dateTime": at(17, 11).isoformat(), "timeZone": "Europe/Ljubljana"},
        "end": {"dateTime": at(17, 12).isoformat(), "timeZone": "Europe/Ljubljana"},
    }
    own = {"calendarId": "primary", "eventId": written.ref}
    seen = await asyncio.to_thread(events.get(**own).execute)
    assert seen["summary"] == MEETING.title
    await asyncio.to_thread(events.patch(**own, body=later).execute)
    moved = await calendar.changes(before.cursor, WINDOW)
    assert moved.events[written.ref] == (Interval(at(17, 11), at(17, 12)),)
    await asyncio.to_thread(events.delete(**own).execute)
    gone = await calendar.changes(moved.cursor, WINDOW)
    assert gone.events[written.ref] == ()
