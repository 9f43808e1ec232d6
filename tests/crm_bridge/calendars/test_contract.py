"""What every calendar does, whoever keeps it: one suite for all adapters. What only a server
can do (limits, closed doors, series) is asked of the outside ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crm_bridge.calendars.cursor import Cursor
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.port import (
    CalendarRefused,
    CalendarRevoked,
    CalendarUnreachable,
    Changes,
    Entry,
    EntryChanged,
    Written,
)
from crm_bridge.core.egress import EgressFailed
from tests.crm_bridge.calendars.places.google import GooglePlace
from tests.crm_bridge.calendars.places.ics import IcsPlace
from tests.crm_bridge.calendars.places.internal import InternalPlace
from tests.crm_bridge.calendars.places.microsoft import MicrosoftPlace
from tests.crm_bridge.calendars.places.place import WINDOW, Event, Place
from tests.crm_bridge.calendars.places.radicale import RadicalePlace


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def hour(day: int, begin: int) -> Interval:
    return Interval(at(day, begin), at(day, begin + 1))


LUNCH = Event("lunch", at(12, 11), at(12, 12))
DENTIST = Event("dentist", at(13, 8), at(13, 9))
WEEKLY = Event("weekly", at(10, 9), at(10, 10), rule="FREQ=WEEKLY;COUNT=4")
MEETING = Entry(
    uid="bkg_1@polaris.test",
    sequence=0,
    start=at(16, 9),
    end=at(16, 9, 30),
    zone="Europe/Ljubljana",
    title="Introductory meeting; Robin Berg, Testa",
    text="https://polaris.test/b/x\nwith Ünïcode — and commas, too",
    place="https://meet.test/room",
)


def times(changes: Changes) -> list[Interval]:
    return sorted(each for intervals in changes.events.values() for each in intervals)


async def test_the_first_read_tells_everything_that_takes_time(any_place: Place) -> None:
    any_place.put(LUNCH)
    any_place.put(DENTIST)
    any_place.put(Event("idea", at(12, 15), at(12, 16), free=True))
    any_place.put(Event("no thanks", at(12, 16), at(12, 17), declined=True))
    changes = await any_place.calendar().changes(None, WINDOW)
    assert changes.complete
    assert times(changes) == [hour(12, 11), hour(13, 8)]
    assert changes.faults == ()


async def test_nothing_new_is_no_news(any_place: Place) -> None:
    any_place.put(LUNCH)
    first = await any_place.calendar().changes(None, WINDOW)
    again = await any_place.calendar().changes(first.cursor, WINDOW)
    assert (dict(again.events), again.complete) == ({}, False)


async def test_only_what_changed_is_told(any_place: Place) -> None:
    any_place.put(LUNCH)
    any_place.put(DENTIST)
    first = await any_place.calendar().changes(None, WINDOW)
    any_place.put(replace(DENTIST, start=at(13, 14), end=at(13, 15)))
    any_place.put(Event("new", at(17, 8), at(17, 9)))
    second = await any_place.calendar().changes(first.cursor, WINDOW)
    assert not second.complete
    assert times(second) == [hour(13, 14), hour(17, 8)]
    third = await any_place.calendar().changes(second.cursor, WINDOW)
    assert dict(third.events) == {}


async def test_what_was_deleted_takes_no_time(any_place: Place) -> None:
    any_place.put(LUNCH)
    any_place.put(DENTIST)
    first = await any_place.calendar().changes(None, WINDOW)
    (ref,) = [ref for ref, taken in first.events.items() if hour(12, 11) in taken]
    any_place.delete("lunch")
    second = await any_place.calendar().changes(first.cursor, WINDOW)
    assert dict(second.events) == {ref: ()}


async def test_a_series_is_there_with_its_moved_and_skipped_instances(place: Place) -> None:
    moved = {at(11, 9): Interval(at(18, 13), at(18, 14))}
    daily = replace(WEEKLY, rule="FREQ=DAILY;COUNT=4", moved=moved, skipped=[at(12, 9)])
    place.put(daily)
    changes = await place.calendar().changes(None, WINDOW)
    assert [each.start for each in times(changes)] == [at(10, 9), at(13, 9), at(18, 13)]


async def test_an_instance_moved_later_is_moved(place: Place) -> None:
    place.put(WEEKLY)
    first = await place.calendar().changes(None, WINDOW)
    assert len(times(first)) == 4
    place.put(replace(WEEKLY, moved={at(17, 9): Interval(at(19, 7), at(19, 8))}))
    second = await place.calendar().changes(first.cursor, WINDOW)
    known = {**first.events, **second.events}
    starts = sorted(each.start for intervals in known.values() for each in intervals)
    assert at(19, 7) in starts
    assert at(17, 9) not in starts
    assert len(starts) == 4


async def test_a_whole_day_is_the_advisors_day(any_place: Place) -> None:
    any_place.put(Event("off", datetime(2026, 3, 12), datetime(2026, 3, 13), whole_day=True))
    changes = await any_place.calendar().changes(None, WINDOW)
    assert times(changes) == [Interval(at(11, 23), at(12, 23))]


async def test_a_lost_cursor_is_a_read_of_everything(any_place: Place) -> None:
    any_place.put(LUNCH)
    first = await any_place.calendar().changes(None, WINDOW)
    cursor = first.cursor
    if isinstance(any_place, IcsPlace | InternalPlace):
        cursor = "not a cursor"
    elif isinstance(any_place, RadicalePlace):
        known = Cursor.read(first.cursor, WINDOW)
        assert known
        wrong = {**known.data, **({"token": "http://wrong/token"} if "token" in known.data else {})}
        cursor = replace(known, data=wrong).write() if wrong != known.data else None
    else:
        any_place.forget()
    again = await any_place.calendar().changes(cursor, WINDOW)
    assert again.complete
    assert times(again) == [hour(12, 11)]


async def test_a_window_that_rolled_on_is_a_read_of_everything(any_place: Place) -> None:
    far = datetime(2026, 7, 10, 9, tzinfo=UTC)
    any_place.put(Event("far", far, far + timedelta(hours=1)))
    first = await any_place.calendar().changes(None, WINDOW)
    later = Interval(WINDOW.start + timedelta(days=1), WINDOW.end + timedelta(days=1))
    again = await any_place.calendar().changes(first.cursor, later)
    assert again.complete
    assert times(again) == [Interval(far, far + timedelta(hours=1))]


async def test_a_limit_of_calls_says_when_to_try_again(place: Place) -> None:
    place.limit()
    with pytest.raises(CalendarUnreachable) as limited:
        await place.calendar().changes(None, WINDOW)
    assert limited.value.retry_after_seconds == 7
    assert (await place.calendar().changes(None, WINDOW)).complete


async def test_half_an_answer_is_no_read_and_nothing_of_it_is_lost(place: Place) -> None:
    days = range(10, 20)
    for day in days:
        place.put(Event(f"day{day}", at(day, 8), at(day, 9)))
    first = await place.calendar().changes(None, WINDOW)
    for day in days:
        place.put(Event(f"day{day}", at(day, 14), at(day, 15)))
    place.stumble()
    with pytest.raises(CalendarUnreachable):
        await place.calendar().changes(first.cursor, WINDOW)
    again = await place.calendar().changes(first.cursor, WINDOW)
    assert times(again) == [hour(day, 14) for day in days]


async def test_an_event_that_the_server_keeps_to_itself_is_told_and_no_free_time(
    caldav_place: RadicalePlace,
) -> None:
    caldav_place.put(LUNCH)
    first = await caldav_place.calendar().changes(None, WINDOW)
    caldav_place.put(replace(LUNCH, end=at(12, 13)))
    caldav_place.stumble(403)
    second = await caldav_place.calendar().changes(first.cursor, WINDOW)
    assert dict(second.events) == {}  # what was known of it stays
    assert second.faults == ("the calendar's server answers 403 to lunch.ics",)


async def test_a_closed_door_needs_the_advisor(place: Place) -> None:
    place.refuse()
    with pytest.raises(CalendarRevoked):
        await place.calendar().changes(None, WINDOW)


async def test_a_server_that_is_away_is_tried_again_later(place: Place) -> None:
    calendar = place.calendar()
    _lead_away(calendar)
    with pytest.raises(CalendarUnreachable):
        await calendar.changes(None, WINDOW)


def _lead_away(calendar: object) -> None:
    """Let the adapter talk to a port where nobody listens."""
    own = getattr(calendar, "_server", None) or getattr(calendar, "_api", None) or calendar

    async def nobody(*_: object, **__: object) -> None:
        raise EgressFailed("nobody listens")

    own._egress.request = nobody


async def test_a_meeting_is_written_once_and_read_back(writable: Place) -> None:
    written = await writable.calendar().write(MEETING, None)
    again = await writable.calendar().write(MEETING, None)
    assert again.ref == written.ref
    (seen,) = writable.written()
    assert (seen.start, seen.end, seen.title) == (MEETING.start, MEETING.end, MEETING.title)
    assert seen.guests == 0  # nobody is invited by the calendar: we invite
    changes = await writable.calendar().changes(None, WINDOW)
    assert changes.events[written.ref] == (Interval(MEETING.start, MEETING.end),)
    assert changes.versions[written.ref] == again.version


async def test_a_meeting_is_moved_in_its_place(writable: Place) -> None:
    written = await writable.calendar().write(MEETING, None)
    moved = replace(MEETING, sequence=1, start=at(17, 10), end=at(17, 10, 30))
    after = await writable.calendar().write(moved, written)
    assert after.ref == written.ref
    assert after.version != written.version
    (seen,) = writable.written()
    assert (seen.start, seen.end) == (moved.start, moved.end)


async def test_what_the_advisor_changed_is_not_written_over(writable: Place) -> None:
    written = await writable.calendar().write(MEETING, None)
    writable.move_written(at(18, 7), at(18, 8))
    moved = replace(MEETING, sequence=1, start=at(17, 10), end=at(17, 10, 30))
    with pytest.raises(EntryChanged):
        await writable.calendar().write(moved, written)
    with pytest.raises(EntryChanged):
        await writable.calendar().remove(written)
    (seen,) = writable.written()
    assert seen.start == at(18, 7)


async def test_a_meeting_is_taken_out_and_being_gone_is_no_error(writable: Place) -> None:
    written = await writable.calendar().write(MEETING, None)
    first = await writable.calendar().changes(None, WINDOW)
    await writable.calendar().remove(written)
    await writable.calendar().remove(written)
    assert writable.written() == []
    second = await writable.calendar().changes(first.cursor, WINDOW)
    assert dict(second.events) == {written.ref: ()}


async def test_a_meeting_that_was_taken_out_can_be_written_again(writable: Place) -> None:
    written = await writable.calendar().write(MEETING, None)
    await writable.calendar().remove(written)
    await writable.calendar().write(replace(MEETING, sequence=2), None)
    assert len(writable.written()) == 1


async def test_what_cannot_be_written_says_so(
    ics_place: IcsPlace, internal_place: InternalPlace
) -> None:
    for place in (ics_place, internal_place):
        with pytest.raises(CalendarRefused):
            await place.calendar().write(MEETING, None)
        with pytest.raises(CalendarRefused):
            await place.calendar().remove(Written("x"))
        assert not place.calendar().writes


async def test_a_video_link_is_made_where_it_is_wanted(
    google_place: GooglePlace, microsoft_place: MicrosoftPlace
) -> None:
    for place in (google_place, microsoft_place):
        await _video(place)


async def _video(place: Place) -> None:
    assert place.calendar().makes_video
    plain = await place.calendar().write(replace(MEETING, uid="bkg_2@polaris.test"), None)
    assert plain.video_url is None
    written = await place.calendar().write(replace(MEETING, video=True), None)
    assert written.video_url
    assert written.video_url.startswith("https://")
    moved = replace(MEETING, video=True, sequence=1, start=at(17, 10), end=at(17, 10, 30))
    again = await place.calendar().write(moved, written)
    assert again.video_url == written.video_url


async def test_long_lists_come_in_pages(
    google_place: GooglePlace, microsoft_place: MicrosoftPlace
) -> None:
    for place in (google_place, microsoft_place):
        for day in range(10, 20):
            place.put(Event(f"day{day}", at(day, 8), at(day, 9)))
        changes = await place.calendar().changes(None, WINDOW)
        assert len(times(changes)) == 10
        assert place.pages >= 4


async def test_an_access_token_that_ran_out_is_renewed_and_a_new_refresh_token_kept(
    google_place: GooglePlace, microsoft_place: MicrosoftPlace
) -> None:
    for place in (google_place, microsoft_place):
        calendar = place.calendar()
        await calendar.changes(None, WINDOW)
        place.end_access()  # the next call is answered with 401
        await calendar.changes(None, WINDOW)
    assert google_place.refreshed == 2
    assert len(microsoft_place.kept) == 2
    assert microsoft_place.kept[-1] == microsoft_place.refresh_token


@pytest.mark.parametrize("etags", [True, False])
async def test_a_feed_that_did_not_change_is_not_sent_again(
    ics_place: IcsPlace, etags: bool
) -> None:
    ics_place.etags = etags  # else Last-Modified
    ics_place.put(LUNCH)
    first = await ics_place.calendar().changes(None, WINDOW)
    again = await ics_place.calendar().changes(first.cursor, WINDOW)
    assert (dict(again.events), ics_place.whole_answers) == ({}, 1)
    ics_place.put(DENTIST)
    more = await ics_place.calendar().changes(again.cursor, WINDOW)
    assert (times(more), ics_place.whole_answers) == ([hour(13, 8)], 2)


async def test_googles_limits_as_403_are_limits(google_place: GooglePlace) -> None:
    google_place.limit_as_403()
    with pytest.raises(CalendarUnreachable):
        await google_place.calendar().changes(None, WINDOW)
