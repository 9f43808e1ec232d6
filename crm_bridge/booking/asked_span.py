"""The span of time that a query of the API asks for, and the zone its answer is told in."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.errors import Invalid

USUAL_SPAN: Final = timedelta(days=14)


class SpanInvalid(Invalid):
    code = "span_invalid"


def zone_named(name: str | None) -> ZoneInfo:
    """The IANA zone of that name, UTC for None. Raises SpanInvalid."""
    if name is None:
        return ZoneInfo("UTC")
    if name not in available_timezones():
        raise SpanInvalid(f"{name!r} is not an IANA time zone, e.g. Europe/Oslo")
    return ZoneInfo(name)


def asked_span(start: str | None, end: str | None, *, zone: ZoneInfo, now: datetime) -> Interval:
    """From `start` (now) to `end` (two weeks later). Each is an instant, or a date of the
    zone: from its beginning, and up to its end. Raises SpanInvalid."""
    first = _instant(start, zone, days=0) if start else now
    last = _instant(end, zone, days=1) if end else first + USUAL_SPAN
    if last <= first:
        raise SpanInvalid("the span ends before it begins")
    return Interval(first, last)


def _instant(text: str, zone: ZoneInfo, *, days: int) -> datetime:
    try:
        if len(text) == len("2026-03-12"):
            day = date.fromisoformat(text) + timedelta(days=days)
            return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a "+" that came unescaped
    except ValueError as fault:
        raise SpanInvalid(f"{text!r} is not a date or a time") from fault
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
