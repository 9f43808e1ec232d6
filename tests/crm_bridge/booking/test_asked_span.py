"""A span of the API: dates are whole days of the zone, instants are themselves."""

from zoneinfo import ZoneInfo

import pytest

from crm_bridge.booking.asked_span import SpanInvalid, asked_span, zone_named
from crm_bridge.calendars.intervals import Interval
from tests.crm_bridge.booking.makers import at
from tests.crm_bridge.conftest import NOW

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("start", "end", "wanted"),
    [
        (None, None, Interval(NOW, at("25 09:00"))),
        ("2026-03-12", "2026-03-12", Interval(at("11 23:00"), at("12 23:00"))),
        ("2026-03-29", "2026-03-29", Interval(at("28 23:00"), at("29 22:00"))),  # a day of 23 hours
        ("2026-03-12T08:00:00Z", "2026-03-12T10:00:00+01:00", Interval(at("12 08:00"), at("12 09:00"))),
        ("2026-03-12T08:00:00 01:00", None, Interval(at("12 07:00"), at("26 07:00"))),
        ("2026-03-12T08:00:00", None, Interval(at("12 07:00"), at("26 07:00"))),
    ],
)  # fmt: skip
def test_a_span_is(start: str | None, end: str | None, wanted: Interval) -> None:
    assert asked_span(start, end, zone=OSLO, now=NOW) == wanted


@pytest.mark.parametrize(
    ("start", "end"), [("soon", None), ("2026-02-30", None), ("2026-03-13", "2026-03-12")]
)
def test_a_span_that_is_none_is_refused(start: str, end: str | None) -> None:
    with pytest.raises(SpanInvalid):
        asked_span(start, end, zone=OSLO, now=NOW)


def test_an_unknown_zone_is_refused() -> None:
    assert zone_named(None) == ZoneInfo("UTC")
    with pytest.raises(SpanInvalid):
        zone_named("Mars/Base")
