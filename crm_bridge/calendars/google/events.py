"""Google's event resources as calendar texts, and meetings as event resources. Pure.

Source: Google Calendar API v3, Events. Titles, texts and guests are never asked for.
"""

import hashlib
from base64 import b32hexencode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from crm_bridge.calendars.port import Entry

FIELDS: Final = (
    "nextPageToken,nextSyncToken,timeZone,items(id,status,etag,iCalUID,eventType,"
    "recurringEventId,originalStartTime,start,end,endTimeUnspecified,recurrence,"
    "transparency,sequence,updated,attendees(self,responseStatus),"
    "extendedProperties/private)"
)
OWN_PROPERTY: Final = "usherUid"
_FREE_TYPES: Final = frozenset({"workingLocation", "birthday"})

type Item = Mapping[str, Any]


def series_of(item: Item) -> str:
    """The id of the event that this one is, or is an instance of."""
    return str(item.get("recurringEventId") or item["id"])


def uid_of(item: Item) -> str:
    """The UID it is known by: ours where we wrote it."""
    own = item.get("extendedProperties", {}).get("private", {}).get(OWN_PROPERTY)
    return str(own or item.get("iCalUID") or "")


def calendar_text(items: Iterable[Item], *, zone: str) -> str:
    """A series and its changed instances as a VCALENDAR of bare times; `zone` is the
    calendar's own."""
    lines = ["BEGIN:VCALENDAR", f"X-WR-TIMEZONE:{_clean(zone)}"]
    for item in items:
        lines += _event_lines(item)
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _event_lines(item: Item) -> list[str]:
    instance = item.get("originalStartTime") if item.get("recurringEventId") else None
    cancelled = item.get("status") == "cancelled"
    start = item.get("start") or instance
    if not start or (cancelled and not instance):
        return []  # deleted: nothing but its id is left
    lines = ["BEGIN:VEVENT", f"UID:{_clean(series_of(item))}", _time("DTSTART", start)]
    if item.get("end"):
        lines.append(_time("DTEND", item["end"]))
    if instance:
        lines.append(_time("RECURRENCE-ID", instance))
    lines += [_clean(line) for line in item.get("recurrence") or ()]
    lines.append(f"SEQUENCE:{int(item.get('sequence') or 0)}")
    if cancelled or _declined(item):
        lines.append("STATUS:CANCELLED")  # to its owner it is: they said no
    lines.append(f"TRANSP:{'OPAQUE' if _takes_time(item) else 'TRANSPARENT'}")
    return [*lines, "END:VEVENT"]


def _takes_time(item: Item) -> bool:
    return item.get("transparency") != "transparent" and item.get("eventType") not in _FREE_TYPES


def _declined(item: Item) -> bool:
    mine = [each for each in item.get("attendees") or () if each.get("self")]
    return any(each.get("responseStatus") == "declined" for each in mine)


def _time(name: str, value: Mapping[str, Any]) -> str:
    if value.get("date"):
        return f"{name};VALUE=DATE:{str(value['date']).replace('-', '')}"
    at = datetime.fromisoformat(str(value["dateTime"]))
    zone = value.get("timeZone")
    if zone and at.tzinfo is not None:
        return _zoned(name, at, _clean(str(zone)))
    if at.tzinfo is not None:
        return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name}:{at:%Y%m%dT%H%M%S}"


def _zoned(name: str, at: datetime, zone: str) -> str:
    """Rules recur by the wall clock of their zone, so the time is written as it shows there."""
    if zone not in available_timezones():
        return f"{name}:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={zone}:{at.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def _clean(text: str) -> str:
    """One line stays one line, whatever a server sent."""
    return " ".join(text.split())


def event_id(uid: str) -> str:
    """The id we give a meeting: the same for the same UID, so that inserting it twice is
    noticed (ids are base32hex, 5 to 1024 characters)."""
    return "usher" + b32hexencode(hashlib.sha256(uid.encode()).digest()[:20]).decode().lower()


def event_resource(entry: Entry) -> dict[str, Any]:
    """The event resource of a meeting. No attendees: we invite, Google does not."""
    resource: dict[str, Any] = {
        "status": "confirmed",
        "summary": entry.title,
        "description": entry.text,
        "location": entry.place,
        "start": {"dateTime": entry.start.isoformat(), "timeZone": entry.zone},
        "end": {"dateTime": entry.end.isoformat(), "timeZone": entry.zone},
        "transparency": "opaque",
        "extendedProperties": {"private": {OWN_PROPERTY: entry.uid}},
    }
    return resource


def conference_request(entry: Entry) -> dict[str, Any]:
    """What asks for a Meet link; the same request twice makes one."""
    return {
        "createRequest": {
            "requestId": event_id(entry.uid),
            "conferenceSolutionKey": {"type": "hangoutsMeet"},
        }
    }


def video_url(resource: Item) -> str | None:
    """The link to the meeting, once it was made."""
    points = resource.get("conferenceData", {}).get("entryPoints") or ()
    found = [each.get("uri") for each in points if each.get("entryPointType") == "video"]
    return next(iter(found), None) or resource.get("hangoutLink")


def video_pending(resource: Item) -> bool:
    """Whether the link is still being made."""
    request = resource.get("conferenceData", {}).get("createRequest", {})
    return bool(request.get("status", {}).get("statusCode") == "pending")
