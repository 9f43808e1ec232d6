"""One Google calendar: read by syncToken, written with If-Match, Meet links on request.

Source: Google Calendar API v3: Events list, insert, patch, delete, instances; guides
"Synchronize resources efficiently" (410: start anew) and "Handle API errors" (403 and 429
limits). Series are expanded here at a full read; of a series that changed Google is
asked for the instances, since its cancelled ones cannot be listed by themselves.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from crm_bridge.calendars.cursor import Cursor, faults_now
from crm_bridge.calendars.google import events
from crm_bridge.calendars.google.events import Item
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import (
    CalendarRefused,
    CalendarRevoked,
    Changes,
    Entry,
    EntryChanged,
    Written,
)
from crm_bridge.calendars.taken import GiveUp, Taken, times_of, worked_out
from crm_bridge.calendars.tokens import Authorized, read_json, unreachable
from crm_bridge.core.egress import Answer

API: Final = "https://www.googleapis.com/calendar/v3"
PAGE: Final = 500
MOST_PAGES: Final = 200
MOST_SERIES: Final = 50  # changed at once: more, and everything is read anew
PENDING_TRIES: Final = 5
PENDING_SECONDS: Final = 0.5


class SyncTokenGone(Exception):
    """410: what the token stood for is not kept any more."""


class GoogleCalendar:
    """Events of one calendar (`calendar_id`, "primary" by default); ids are Google's."""

    makes_video = True

    def __init__(
        self,
        api: Authorized,
        owner: Owner,
        *,
        calendar_id: str = "primary",
        writes: bool = True,
        base_url: str = API,
    ) -> None:
        self._api = api
        self._owner = owner
        self._events = f"{base_url}/calendars/{quote(calendar_id, safe='')}/events"
        self.writes = writes

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """See `port.Calendar`."""
        known = Cursor.read(cursor, window)
        if known is not None:
            try:
                return await self._since(known, window)
            except SyncTokenGone:
                pass
        return await self._everything(window)

    async def _everything(self, window: Interval) -> Changes:
        try:
            items, token, zone = await self._list({})
        except SyncTokenGone as fault:  # no token was sent
            raise CalendarRefused("Google answers 410 to a full read") from fault
        series: dict[str, list[Item]] = {}
        for item in items:
            series.setdefault(events.series_of(item), []).append(item)
        after = Cursor(window.end, {"token": token, "zone": zone})
        return await self._changes(series, after, window, complete=True)

    async def _since(self, known: Cursor, window: Interval) -> Changes:
        items, token, zone = await self._list({"syncToken": str(known.data.get("token", ""))})
        after = replace(known, data={"token": token, "zone": zone or known.data.get("zone", "")})
        series: dict[str, list[Item]] = {}
        recurring: set[str] = set()
        for item in items:
            ref = events.series_of(item)
            series.setdefault(ref, []).append(item)
            if item.get("recurringEventId") or item.get("recurrence"):
                recurring.add(ref)
        if len(recurring) > MOST_SERIES:
            return await self._everything(window)
        for ref in recurring:
            series[ref] = await self._instances(ref, window)
        return await self._changes(series, after, window, complete=False)

    async def _list(self, more: Mapping[str, str]) -> tuple[list[Item], str, str]:
        """Every page of events: the items, the next sync token and the calendar's zone."""
        asked = {
            "singleEvents": "false",
            "showDeleted": "true",
            "maxResults": str(PAGE),
            "fields": events.FIELDS,
            **more,
        }
        items: list[Item] = []
        for _ in range(MOST_PAGES):
            answer = await self._api.call("GET", f"{self._events}?{urlencode(asked)}")
            if answer.status == 410:
                raise SyncTokenGone
            page = _read(answer)
            items += page.get("items") or ()
            if not page.get("nextPageToken"):
                return items, str(page.get("nextSyncToken") or ""), str(page.get("timeZone") or "")
            asked["pageToken"] = str(page["nextPageToken"])
        raise CalendarRefused("the calendar has more pages than are read")

    async def _instances(self, ref: str, window: Interval) -> list[Item]:
        """The instances of a series within the window, as single events."""
        asked = {
            "timeMin": window.start.isoformat(),
            "timeMax": window.end.isoformat(),
            "maxResults": str(PAGE),
            "fields": events.FIELDS,
        }
        found: list[Item] = []
        for _ in range(MOST_PAGES):
            url = f"{self._events}/{quote(ref, safe='')}/instances?{urlencode(asked)}"
            answer = await self._api.call("GET", url)
            if answer.status in (404, 410):
                return []
            page = _read(answer)
            found += [
                {**item, "recurringEventId": None, "recurrence": None, "id": item["id"]}
                for item in page.get("items") or ()
            ]
            if not page.get("nextPageToken"):
                break
            asked["pageToken"] = str(page["nextPageToken"])
        return found

    async def _changes(
        self, series: Mapping[str, list[Item]], after: Cursor, window: Interval, *, complete: bool
    ) -> Changes:
        zone = str(after.data.get("zone", ""))

        def work(give_up: GiveUp) -> Taken:
            texts = {ref: events.calendar_text(items, zone=zone) for ref, items in series.items()}
            return times_of(texts, window, self._owner, give_up=give_up)

        taken = await worked_out(work)
        after = replace(after, faults=faults_now(after.faults, taken.times, taken.faults))
        everything = [item for items in series.values() for item in items]
        return Changes(
            events=taken.times,
            complete=complete,
            cursor=after.write(),
            faults=after.told(),
            uids=_uids(series),
            free=taken.free,
            versions={
                str(each["id"]): str(each["etag"]) for each in everything if each.get("etag")
            },
        )

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """See `port.Calendar`."""
        resource = events.event_resource(entry)
        if at is not None:
            return await self._patch(entry, resource, at)
        if entry.video:
            resource["conferenceData"] = events.conference_request(entry)
        ref = events.event_id(entry.uid)
        url = f"{self._events}?sendUpdates=none&conferenceDataVersion=1"
        answer = await self._api.call("POST", url, document={"id": ref, **resource})
        if answer.status == 409:  # it is there, perhaps deleted: bring it back as it should be
            return await self._patch(entry, resource, Written(ref))
        return await self._written(_written(answer))

    async def _patch(self, entry: Entry, resource: dict[str, Any], at: Written) -> Written:
        if entry.video and at.video_url is None:
            resource["conferenceData"] = events.conference_request(entry)
        url = f"{self._address(at.ref)}?sendUpdates=none&conferenceDataVersion=1"
        headers = {"If-Match": at.version} if at.version else {}
        answer = await self._api.call("PATCH", url, document=resource, headers=headers)
        return await self._written(_written(answer))

    async def _written(self, resource: Item) -> Written:
        """What was written, once its link was made; without one if that takes too long."""
        for _ in range(PENDING_TRIES):
            if not events.video_pending(resource):
                break
            await asyncio.sleep(PENDING_SECONDS)
            resource = _read(await self._api.call("GET", self._address(str(resource["id"]))))
        return Written(
            str(resource["id"]), str(resource.get("etag") or "") or None, events.video_url(resource)
        )

    async def remove(self, at: Written) -> None:
        """See `port.Calendar`."""
        headers = {"If-Match": at.version} if at.version else {}
        url = f"{self._address(at.ref)}?sendUpdates=none"
        answer = await self._api.call("DELETE", url, headers=headers)
        if answer.status not in (404, 410):
            _written(answer)

    def _address(self, ref: str) -> str:
        return f"{self._events}/{quote(ref, safe='')}"


def _uids(series: Mapping[str, Iterable[Item]]) -> dict[str, str]:
    found = {ref: next(iter(items), None) for ref, items in series.items()}
    return {ref: events.uid_of(item) for ref, item in found.items() if item and events.uid_of(item)}


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status in (403, 404):
        raise CalendarRevoked(f"Google answers {answer.status} for this calendar")
    if answer.status != 200:
        raise unreachable(answer)
    return read_json(answer)


def _written(answer: Answer) -> dict[str, Any]:
    if answer.status == 412:
        raise EntryChanged("the event at Google is not the one we wrote")
    if answer.status in (404, 410):
        raise EntryChanged("the event at Google is gone")
    if not 200 <= answer.status < 300:
        raise CalendarRefused(f"Google answers {answer.status} to the meeting")
    return read_json(answer)
