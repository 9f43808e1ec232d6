"""The openings suites: other schedulers' cases put to our engine.

Their conventions are translated at the edge (days counted from Sunday, windows that end a
second or a millisecond early); the grid they assume is one that the engine offers
("round", "tidy"), not the house policy ("period").
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crm_bridge.calendars.grid import Align, Grid
from crm_bridge.calendars.hours import Period, WorkingHours, local_day, working_intervals
from crm_bridge.calendars.intervals import Interval, intersect, merge, subtract
from crm_bridge.calendars.openings import (
    Diary,
    Limit,
    Opening,
    Taken,
    Wanted,
    openings_of_all,
    openings_of_any,
    starts,
)
from crm_bridge.calendars.teams import openings_owner_first, openings_with_fixed

Outcome = tuple[str, bool, str | None, str]  # id, passed, skipped, detail
ALWAYS = WorkingHours(weekly={day: (Period(0, 1440),) for day in range(7)})
SECOND = timedelta(seconds=1)


def results(folder: Path) -> Iterator[Outcome]:
    """Each row of every file that is there, as (id, passed, why skipped, detail)."""
    for name, check in CHECKS.items():
        file = folder / f"{name}.json"
        if not file.is_file():
            continue
        for row in json.loads(file.read_text(encoding="utf-8"))["cases"]:
            yield _outcome(row, check)


def _outcome(row: dict[str, Any], check: Callable[[dict[str, Any]], str]) -> Outcome:
    if row.get("travel"):
        why = "advisors have one zone; hours of a journey are written as dates of their own"
        return row["id"], False, f"{row['id']}: {why}", ""
    try:
        missed = check(row)
    except Exception as raised:
        missed = repr(raised)
    if "policy" in row or row.get("optional"):
        policy = row.get("policy", "optional")
        choice = "ours is the same" if not missed else f"ours: {OUR_CHOICE.get(policy, missed)}"
        return row["id"], not missed, f"{row['id']}: {policy}; {choice}", ""
    return row["id"], not missed, None, missed


OUR_CHOICE = {"grid of the union": "each advisor's own grid, united"}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _interval(pair: list[str]) -> Interval:
    return Interval(_instant(pair[0]), _instant(pair[1]))


def _whole_second(pair: list[str]) -> Interval:
    """A window that ends at 23:59:59 or a millisecond before a full minute ends with it."""
    found = _interval(pair)
    end = (found.end + SECOND).replace(microsecond=0)
    return Interval(found.start, end if end.second == 0 and found.end.second else found.end)


def _intervals(row: dict[str, Any]) -> str:
    lists = [[_interval(pair) for pair in part] for part in row["input"]]
    match row["op"]:
        case "subtract":
            got = subtract(lists[0], lists[1])
        case "intersect":
            got = intersect(lists)
        case "merge":
            got = merge(lists[0])
        case other:
            return f"unknown operation {other}"
    wanted = [_interval(pair) for pair in row["expected"]]
    return "" if got == wanted else f"got {got}"


def _hours_of(row: dict[str, Any]) -> WorkingHours:
    weekly: dict[int, tuple[Period, ...]] = {}
    for rule in row["weekly"]:
        for day in rule["days"]:
            weekday = (day - 1) % 7  # theirs counts from Sunday
            weekly[weekday] = (*weekly.get(weekday, ()), *_period(rule))
    dates: dict[date, tuple[Period, ...]] = {}
    for override in row["overrides"]:
        day = date.fromisoformat(override["date"])
        dates[day] = (*dates.get(day, ()), *_period(override))
    for away in row.get("out_of_office", []):
        raise NotImplementedError(f"out of office: {away}")
    return WorkingHours(weekly=weekly, dates=dates)


def _period(rule: dict[str, str]) -> tuple[Period, ...]:
    start, end = _minutes(rule["from"]), _minutes(rule["to"])
    if start == end:
        return ()
    return (Period(start, end if end > start else end + 1440),)


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _working_hours(row: dict[str, Any]) -> str:
    window = _interval(row["window"])
    got = working_intervals(_hours_of(row), ZoneInfo(row["tz"]), window)
    wanted = [_interval(pair) for pair in row["expected"]]
    return "" if got == wanted else f"got {[(str(each.start), str(each.end)) for each in got]}"


def _grid(row: dict[str, Any]) -> str:
    free = [_whole_second(pair) for pair in row["free"]]
    align: Align = "tidy" if row["align"] == "optimised" else "round"
    grid = Grid(step=row["step_min"], align=align, offset=row["offset_min"])
    earliest = _instant(row["now"]) + timedelta(minutes=row["notice_min"])
    zone = ZoneInfo(row["display_tz"])
    got = _starts_within(free, row["length_min"], grid, zone=zone, earliest=earliest)
    if "expected_starts" in row and got != [_instant(text) for text in row["expected_starts"]]:
        return f"got {[str(each) for each in got]}"
    if "expected_last" in row and got[-1:] != [_instant(row["expected_last"])]:
        return f"the last is {got[-1:]}"
    return "" if len(got) == row["expected_count"] else f"got {len(got)}"


def _starts_within(
    free: list[Interval], length: int, grid: Grid, *, zone: ZoneInfo, earliest: datetime
) -> list[datetime]:
    """The openings of somebody who always works and is busy but for the free windows."""
    whole = Interval(min(each.start for each in free), max(each.end for each in free))
    margin = timedelta(days=2)
    around = Interval(whole.start - margin, whole.end + margin)
    busy = subtract([around], free)
    diary = Diary(advisor="a", zone=zone, hours=ALWAYS, earliest=earliest, busy=busy)
    return starts(diary, Wanted(length_minutes=length, grid=grid, between=whole))


def _rounding(row: dict[str, Any]) -> str:
    length, step = row["length_s"] // 60, row["increment_s"] // 60
    if row["kind"] == "earliest-start-rounding":
        first, last = row["window"][0], min(row["window"][1], row.get("config_end", 2**40))
        grid = Grid(step=step, align="round")
        got = _from(first, last, row, length=length, grid=grid)
        intervals = [[int(got[0].timestamp()), last]] if got else []
        return "" if intervals == row["expected_intervals"] else f"got {intervals}"
    grid = Grid(step=step, align="tidy")
    count = sum(len(_from(*pair, row, length=length, grid=grid)) for pair in row["intervals"])
    return "" if count == row["expected_count"] else f"got {count}"


def _from(first: int, last: int, row: dict[str, Any], *, length: int, grid: Grid) -> list[datetime]:
    if last <= first:
        return []
    free = [Interval(_unix(first), _unix(last))]
    earliest = _unix(row.get("now", 0))
    return _starts_within(free, length, grid, zone=ZoneInfo("UTC"), earliest=earliest)


def _unix(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


def _scenario(row: dict[str, Any]) -> str:
    service = row["service"]
    day = local_day(date.fromisoformat(row["day"]), ZoneInfo(row["day_tz"]))
    grid = Grid(step=service["step_min"], align="round", offset=service.get("offset_min", 0))
    wanted = Wanted(length_minutes=service["length_min"], grid=grid, between=day)
    diaries = {host["id"]: _diary(host, row) for host in row["hosts"]}
    return _difference(row, [opening.start for opening in _found(row, diaries, wanted)])


def _found(row: dict[str, Any], diaries: dict[str, Diary], wanted: Wanted) -> list[Opening]:
    mode, _, named = row["mode"].partition(":")
    named = named.removesuffix("+any")
    others = [diary for host, diary in diaries.items() if host != named]
    match mode:
        case "any":
            return openings_of_any(others, wanted)
        case "all":
            return openings_of_all(others, wanted)
        case "owner":
            return openings_of_any([diaries[named]], wanted)
        case "owner-or-any":
            now = _instant(row["now"])
            return openings_owner_first(diaries[named], others, wanted, now=now)
        case "fixed":
            return openings_with_fixed([diaries[named]], others, wanted)
    raise NotImplementedError(mode)


def _difference(row: dict[str, Any], got: list[datetime]) -> str:
    shown = [f"{each:%H:%M}" for each in got]
    if "expected_starts" in row and got != [_instant(text) for text in row["expected_starts"]]:
        return f"got {shown}"
    if "expected_count" in row and len(got) != row["expected_count"]:
        return f"got {len(got)}"
    if any(_instant(text) not in got for text in row.get("must_include", [])):
        return f"got {shown}"
    forbidden = row.get("must_exclude", []) + row.get("forbidden", [])
    return f"got {shown}" if any(_instant(text) in got for text in forbidden) else ""


def _diary(host: dict[str, Any], row: dict[str, Any]) -> Diary:
    service = row["service"]
    mine = [
        Interval(_instant(booking["start"]), _instant(booking["end"]))
        for booking in row["bookings"]
        if host["id"] in booking["hosts"]
        and booking["status"] == "confirmed"
        and booking.get("id", "") != row.get("rescheduling", "none")
    ]
    held = [
        Interval(_instant(hold["start"]), _instant(hold["end"]))
        for hold in row["holds"]
        if hold["host"] == host["id"]
        and hold["owner"] != row.get("viewer")
        and _instant(hold["expires"]) > _instant(row["now"])
    ]
    before, after = service["buffer_before_min"], service["buffer_after_min"]
    return Diary(
        advisor=host["id"],
        zone=ZoneInfo(host["tz"]),
        hours=_hours_of(host),
        earliest=_instant(row["now"]) + timedelta(minutes=service["notice_min"]),
        buffer_before=before,
        buffer_after=after,
        busy=[_interval(pair) for pair in host["calendar_busy"]],
        taken=[Taken(each.start, each.end, before, after) for each in mine + held],
        limits=tuple(_limits(service, mine, row)),
    )


def _limits(service: dict[str, Any], mine: list[Interval], row: dict[str, Any]) -> Iterator[Limit]:
    own = tuple(mine)
    if "daily_limit" in service:
        yield Limit("day", meetings=service["daily_limit"], counted=own)
    if "daily_minutes_limit" in service:
        yield Limit("day", minutes=service["daily_minutes_limit"], counted=own)
    if "weekly_limit" in service:
        yield Limit("week", meetings=service["weekly_limit"], counted=own)
    if "team_daily_limit" in service:
        team = [each for each in row["bookings"] if each["status"] == "confirmed"]
        counted = tuple(Interval(_instant(each["start"]), _instant(each["end"])) for each in team)
        yield Limit("day", meetings=service["team_daily_limit"], counted=counted)


CHECKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "calcom_grid": _grid,
    "calcom_intervals": _intervals,
    "calcom_working_hours": _working_hours,
    "calcom_scenarios": _scenario,
    "nextcloud_appointments": _rounding,
}
