"""An ICS address, and events as an ICS text."""

from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crm_bridge.calendars.ics_feed.subscription import IcsFeed
from crm_bridge.calendars.port import Calendar
from crm_bridge.core.egress import Egress
from tests.crm_bridge.calendars.places.place import OWNER, Event, NotAsked, Seen


def ics_text(events: list[Event]) -> str:
    """The VCALENDAR of events; a series with its changed instances."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN"]
    for event in events:
        lines += _series(event)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _series(event: Event) -> list[str]:
    more = [f"RRULE:{event.rule}"] if event.rule else []
    more += [f"EXDATE:{_utc(at)}" for at in event.skipped]
    lines = _vevent(event, event.start, event.end, more)
    for at, to in event.moved.items():
        lines += _vevent(event, to.start, to.end, [f"RECURRENCE-ID:{_utc(at)}"])
    return lines


def _vevent(event: Event, start: datetime, end: datetime, more: list[str]) -> list[str]:
    times = [f"DTSTART:{_utc(start)}", f"DTEND:{_utc(end)}"]
    if event.whole_day:
        times = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{end:%Y%m%d}"]
    if event.declined:
        more = [*more, "ATTENDEE;PARTSTAT=DECLINED:mailto:maja@polaris.test"]
    stamp = f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    shown = f"TRANSP:{'TRANSPARENT' if event.free else 'OPAQUE'}"
    head = ["BEGIN:VEVENT", f"UID:{event.name}", stamp, f"SUMMARY:{event.name}"]
    return [*head, *times, *more, shown, "END:VEVENT"]


def _utc(at: datetime) -> str:
    return f"{at:%Y%m%dT%H%M%SZ}"


class IcsPlace:
    """Serves a feed with an ETag, or with Last-Modified instead; counts whole answers."""

    def __init__(self, egress: Egress) -> None:
        self.egress = egress
        self.app = Starlette(routes=[Route("/private-abc/basic.ics", self._get)])
        self.url = ""
        self.events: dict[str, Event] = {}
        self.version = 0
        self.whole_answers = 0
        self.etags = True
        self.raw: bytes | None = None
        self._next: Response | None = None
        self._gone = False
        self._cut = False

    async def _get(self, request: Request) -> Response:
        if self._next is not None:
            given, self._next = self._next, None
            return given
        if self._gone:
            return Response(status_code=404)
        etag = f'"{self.version}"'
        written = f"Wed, 11 Mar 2026 09:{self.version:02}:00 GMT"
        if self.etags and request.headers.get("if-none-match") == etag:
            return Response(status_code=304)
        if not self.etags and request.headers.get("if-modified-since") == written:
            return Response(status_code=304)
        self.whole_answers += 1
        body = ics_text(list(self.events.values())).encode() if self.raw is None else self.raw
        if self._cut:
            self._cut, body = False, body[: len(body) // 2]
        headers = {"ETag": etag} if self.etags else {"Last-Modified": written}
        return Response(body, media_type="text/calendar", headers=headers)

    def calendar(self) -> Calendar:
        return IcsFeed(self.egress, f"{self.url}/private-abc/basic.ics", OWNER)

    def put(self, event: Event) -> None:
        self.events[event.name] = event
        self.version += 1

    def delete(self, name: str) -> None:
        del self.events[name]
        self.version += 1

    def forget(self) -> None:
        raise NotAsked

    def limit(self) -> None:
        self._next = Response(status_code=429, headers={"Retry-After": "7"})

    def stumble(self) -> None:
        self._cut = True

    def refuse(self) -> None:
        self._gone = True

    def written(self) -> list[Seen]:
        raise NotAsked

    def move_written(self, start: datetime, end: datetime) -> None:
        raise NotAsked

    def delete_written(self) -> None:
        raise NotAsked
