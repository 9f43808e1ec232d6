"""One Outlook calendar through Graph: read by delta, written with If-Match, Teams links.

Source: Microsoft Graph v1.0: calendarView delta (nextLink, deltaLink, @removed, 410),
create, update, delete event, extended properties, throttling (429 with Retry-After).
A delta is of a fixed span of time, so that it is begun anew as the window rolls on.
Occurrences come without `showAs`: that of their series holds.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from crm_bridge.calendars.cursor import Cursor, faults_now
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.microsoft import events
from crm_bridge.calendars.microsoft.events import OWN_PROPERTY, Item
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import (
    CalendarRefused,
    CalendarRevoked,
    Changes,
    Entry,
    EntryChanged,
    Written,
)
from crm_bridge.calendars.tokens import Authorized, read_json, unreachable
from crm_bridge.core.egress import Answer

API: Final = "https://graph.microsoft.com/v1.0"
PAGE: Final = 200
MOST_PAGES: Final = 500
_PREFER: Final = (
    f'outlook.timezone="UTC", odata.maxpagesize={PAGE}, outlook.body-content-type="text"'
)
_EXPAND: Final = f"singleValueExtendedProperties($filter=id eq '{OWN_PROPERTY}')"


class DeltaGone(Exception):
    """410: the delta has to be begun anew."""


class MicrosoftCalendar:
    """Events of one calendar (the default one where `calendar_id` is empty)."""

    makes_video = True

    def __init__(
        self,
        api: Authorized,
        owner: Owner,
        *,
        calendar_id: str = "",
        writes: bool = True,
        base_url: str = API,
    ) -> None:
        self._api = api
        self._owner = owner
        self._base = base_url
        within = f"/me/calendars/{quote(calendar_id, safe='')}" if calendar_id else "/me/calendar"
        self._calendar = f"{base_url}{within}"
        self.writes = writes

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """See `port.Calendar`."""
        known = Cursor.read(cursor, window)
        if known is not None and isinstance(known.data.get("delta"), str):
            try:
                return await self._since(known)
            except DeltaGone:
                pass
        span = {
            "startDateTime": window.start.isoformat(),
            "endDateTime": window.end.isoformat(),
        }
        url = f"{self._calendar}/calendarView/delta?{urlencode(span)}"
        try:
            items, delta = await self._pages(url)
        except DeltaGone as fault:
            raise CalendarRefused("Graph answers 410 to a full read") from fault
        return self._changes(items, Cursor(window.end, {"delta": delta}), complete=True)

    async def _since(self, known: Cursor) -> Changes:
        items, delta = await self._pages(str(known.data["delta"]))
        after = replace(known, data={**known.data, "delta": delta})
        return self._changes(items, after, complete=False)

    async def _pages(self, url: str) -> tuple[list[Item], str]:
        items: list[Item] = []
        for _ in range(MOST_PAGES):
            if urlsplit(url).netloc != urlsplit(self._base).netloc:
                raise CalendarRefused("Graph leads to another server")
            answer = await self._api.call("GET", url, headers={"Prefer": _PREFER})
            if answer.status == 410:
                raise DeltaGone
            page = _read(answer)
            items += page.get("value") or ()
            if page.get("@odata.deltaLink"):
                return items, str(page["@odata.deltaLink"])
            if not page.get("@odata.nextLink"):
                raise CalendarRefused("Graph's answer has neither a next nor a delta link")
            url = str(page["@odata.nextLink"])
        raise CalendarRefused("the calendar has more pages than are read")

    def _changes(self, items: Iterable[Item], after: Cursor, *, complete: bool) -> Changes:
        everything = list(items)
        free = self._free_series(everything, after)
        times: dict[str, tuple[Interval, ...]] = {}
        shown_free: dict[str, tuple[Interval, ...]] = {}
        faults: dict[str, str] = {}
        for item in everything:
            ref = str(item.get("id", ""))
            if "@removed" in item or item.get("type") == "seriesMaster":
                times[ref] = ()
                continue
            try:
                inherits = "showAs" not in item and str(item.get("seriesMasterId")) in free
                at = (events.interval_of(item, self._owner),) if events.stands(item) else ()
                busy = events.takes_time(item) and not inherits
                times[ref] = at if busy else ()
                if at and not busy:
                    shown_free[ref] = at
            except ValueError as fault:
                faults[ref] = str(fault)
        after = replace(
            after,
            data={**after.data, "free": sorted(free)},
            faults=faults_now(after.faults, times, faults),
        )
        return Changes(
            events=times,
            complete=complete,
            cursor=after.write(),
            faults=after.told(),
            free=shown_free,
            uids={
                str(each["id"]): events.uid_of(each) for each in everything if events.uid_of(each)
            },
            versions={
                str(each["id"]): str(each["@odata.etag"])
                for each in everything
                if each.get("@odata.etag")
            },
        )

    def _free_series(self, items: Iterable[Item], after: Cursor) -> set[str]:
        """The series that take no time."""
        free = set(after.data.get("free", ()))
        for item in items:
            if item.get("type") == "seriesMaster":
                (free.discard if events.takes_time(item) else free.add)(str(item["id"]))
        return free

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """See `port.Calendar`."""
        resource = events.event_resource(entry)
        if at is None:
            at = await self._by_uid(entry.uid)
        if at is None:
            made = {**resource, "transactionId": entry.uid}
            answer = await self._api.call("POST", f"{self._calendar}/events", document=made)
            return _as_written(_written(answer))
        headers = {"If-Match": at.version} if at.version else {}
        answer = await self._api.call(
            "PATCH", self._address(at.ref), document=resource, headers=headers
        )
        return _as_written(_written(answer))

    async def remove(self, at: Written) -> None:
        """See `port.Calendar`."""
        headers = {"If-Match": at.version} if at.version else {}
        answer = await self._api.call("DELETE", self._address(at.ref), headers=headers)
        if answer.status not in (404, 410):
            _written(answer)

    async def _by_uid(self, uid: str) -> Written | None:
        """The event that we wrote for a UID, found by the property we gave it."""
        quoted = uid.replace("'", "''")
        condition = (
            f"singleValueExtendedProperties/Any(ep: ep/id eq '{OWN_PROPERTY}'"
            f" and ep/value eq '{quoted}')"
        )
        asked = urlencode({"$filter": condition, "$expand": _EXPAND, "$top": "1"}, quote_via=quote)
        answer = await self._api.call("GET", f"{self._calendar}/events?{asked}")
        found: list[Mapping[str, Any]] = _read(answer).get("value") or []
        return _as_written(found[0]) if found else None

    def _address(self, ref: str) -> str:
        return f"{self._base}/me/events/{quote(ref, safe='')}"


def _as_written(item: Item) -> Written:
    version = str(item.get("@odata.etag") or "") or None
    return Written(str(item["id"]), version, events.video_url(item))


def _read(answer: Answer) -> dict[str, Any]:
    if answer.status in (403, 404):
        raise CalendarRevoked(f"Graph answers {answer.status} for this calendar")
    if answer.status != 200:
        raise unreachable(answer)
    return read_json(answer)


def _written(answer: Answer) -> dict[str, Any]:
    if answer.status in (409, 412):
        raise EntryChanged("the event at Microsoft is not the one we wrote")
    if answer.status in (404, 410):
        raise EntryChanged("the event at Microsoft is gone")
    if not 200 <= answer.status < 300:
        raise CalendarRefused(f"Graph answers {answer.status} to the meeting")
    return read_json(answer)
