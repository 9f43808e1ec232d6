"""A calendar by its ICS address: read whole where it changed (ETag, Last-Modified).

Source: RFC 9110 section 13 (conditional requests), RFC 5545.
"""

from typing import Any, Final

from crm_bridge.calendars.cursor import Cursor, faults_now
from crm_bridge.calendars.ics_feed.changed import Split, split, state_of
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import (
    CalendarRefused,
    CalendarRevoked,
    CalendarUnreachable,
    Changes,
    Entry,
    Written,
)
from crm_bridge.calendars.taken import GiveUp, Taken, times_of, worked_out
from crm_bridge.core.egress import Answer, Egress, EgressFailed

_CONDITIONS: Final = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}


class IcsFeed:
    """Reads one address; writes nothing."""

    writes = False
    makes_video = False

    def __init__(self, egress: Egress, url: str, owner: Owner) -> None:
        self._egress = egress
        self._url = address(url)
        self._owner = owner

    async def changes(self, cursor: str | None, window: Interval) -> Changes:
        """See `port.Calendar`. Everything is gone that the feed no longer holds."""
        known = Cursor.read(cursor, window)
        answer = await self._get(known)
        if answer.status == 304 and known is not None:
            return Changes({}, complete=False, cursor=known.write(), faults=known.told())
        _check(answer)
        before = dict(known.data.get("digests", {})) if known else {}

        def work(give_up: GiveUp) -> tuple[Split, Taken]:
            state = state_of(answer.body)
            if state == "other":
                raise CalendarRefused("what is at this address is not a calendar")
            if state == "cut":
                raise CalendarUnreachable("the calendar broke off before its end")
            now = split(answer.body)
            fresh = {
                ref: part for ref, part in now.parts.items() if before.get(ref) != now.digests[ref]
            }
            return now, times_of(fresh, window, self._owner, give_up=give_up)

        now, taken = await worked_out(work)
        gone = before.keys() - now.digests.keys()
        data: dict[str, Any] = {"digests": now.digests}
        for name in _CONDITIONS:
            if name in answer.headers:
                data[name] = answer.headers[name]
        looked_at = {**taken.times, **dict.fromkeys(gone)}
        faults = faults_now(known.faults if known else {}, looked_at, taken.faults)
        after = Cursor(window.end if known is None else known.until, data, faults)
        return Changes(
            events={**taken.times, **dict.fromkeys(gone, ())},
            complete=known is None,
            cursor=after.write(),
            faults=after.told(),
            uids=taken.uids,
            free=taken.free,
        )

    async def write(self, entry: Entry, at: Written | None) -> Written:
        """Never."""
        raise CalendarRefused("an ICS address can be read, not written")

    async def remove(self, at: Written) -> None:
        """Never."""
        raise CalendarRefused("an ICS address can be read, not written")

    async def _get(self, known: Cursor | None) -> Answer:
        headers = {"Accept": "text/calendar, */*;q=0.5"}
        for name, condition in _CONDITIONS.items():
            if known and isinstance(known.data.get(name), str):
                headers[condition] = known.data[name]
        try:
            return await self._egress.request("GET", self._url, headers=headers)
        except EgressFailed as fault:
            raise CalendarUnreachable(fault.detail) from fault


def address(url: str) -> str:
    """webcal: is https: by another name."""
    scheme, colon, rest = url.strip().partition(":")
    if scheme.lower() in ("webcal", "webcals"):
        return f"https:{rest}"
    return f"{scheme}{colon}{rest}"


def _check(answer: Answer) -> None:
    if answer.status in (401, 403, 404, 410):
        raise CalendarRevoked(f"the address of the calendar answers {answer.status}")
    if answer.status != 200:
        raise CalendarUnreachable(
            f"the address of the calendar answers {answer.status}",
            retry_after_seconds=answer.retry_after_seconds or 60.0,
        )
