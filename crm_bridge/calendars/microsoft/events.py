"""Graph's events as times that are taken, and meetings as events. Pure.

Source: Microsoft Graph v1.0, event resource. Times are asked for in UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.owner import Owner
from crm_bridge.calendars.port import Entry

OWN_PROPERTY: Final = "String {9f6d5b1e-2c1a-4f0e-8a57-0f5a6d1c7e31} Name usherUid"
_NOT_BUSY: Final = frozenset({"free", "workingelsewhere"})

type Item = Mapping[str, Any]


def stands(item: Item) -> bool:
    """Whether it is to be at all: neither cancelled nor declined by its owner."""
    answer = item.get("responseStatus") or {}
    return not item.get("isCancelled") and str(answer.get("response", "")).lower() != "declined"


def takes_time(item: Item) -> bool:
    """Whether its owner cannot meet then: tentative and unknown ones count."""
    return stands(item) and str(item.get("showAs", "busy")).lower() not in _NOT_BUSY


def interval_of(item: Item, owner: Owner) -> Interval:
    """When it is; whole days are the owner's days. Raises ValueError."""
    start, end = _instant(item.get("start")), _instant(item.get("end"))
    if item.get("isAllDay"):
        return Interval(_day(start, owner), _day(end, owner))
    return Interval(start, end)


def _day(midnight: datetime, owner: Owner) -> datetime:
    return owner.clock.to_utc(datetime.combine(midnight.date(), time()))


def _instant(value: Any) -> datetime:
    if not isinstance(value, Mapping) or not isinstance(value.get("dateTime"), str):
        raise ValueError("an event without a time")  # noqa: TRY004 - of what was read, not of a call
    if str(value.get("timeZone", "UTC")).upper() not in ("UTC", "Z", "TZONE://MICROSOFT/UTC"):
        raise ValueError(f"a time in {str(value['timeZone'])[:40]!r}, not in UTC")
    text = value["dateTime"].removesuffix("Z")
    whole, dot, fraction = text.partition(".")
    at = datetime.fromisoformat(f"{whole}{dot}{fraction[:6]}" if fraction else whole)
    return at.replace(tzinfo=UTC)


def uid_of(item: Item) -> str:
    """The UID it is known by."""
    return str(item.get("iCalUId") or "")


def event_resource(entry: Entry) -> dict[str, Any]:
    """The event of a meeting. No attendees: Graph would invite them, and we do."""
    resource: dict[str, Any] = {
        "subject": entry.title,
        "body": {"contentType": "text", "content": entry.text},
        "start": _time(entry.start),
        "end": _time(entry.end),
        "location": {"displayName": entry.place},
        "showAs": "busy",
        "singleValueExtendedProperties": [{"id": OWN_PROPERTY, "value": entry.uid}],
    }
    if entry.video:
        resource["isOnlineMeeting"] = True
        resource["onlineMeetingProvider"] = "teamsForBusiness"
    return resource


def _time(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def video_url(item: Item) -> str | None:
    """The Teams link."""
    meeting = item.get("onlineMeeting") or {}
    url = meeting.get("joinUrl") or item.get("onlineMeetingUrl")
    return str(url) if url else None
