"""Openings of a month: from the busy index, beside parsing and expanding calendars each time.

Every advisor has 500 events, 60 of them recurring, and works 9 to 17 on weekdays; wanted
are the 30-minute openings of 30 days. Computing is all that a request does (rows of the
busy index, diaries, bitmaps) on SQLite; the peer parses and expands each advisor's
calendar with icalendar and recurring-ical-events and subtracts. Over HTTP the answer is
that of GET /api/v1/openings through the application. A changed event is timed from the
answer of the calendar's server to the opening that is gone. Last, a crowd books on both
databases (`booking_crowd`).
"""

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import icalendar
import recurring_ical_events
from pydantic import SecretStr
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks import booking_crowd
from benchmarks.report import Report, percentile
from crm_bridge.app import create_app
from crm_bridge.booking import offer, scope
from crm_bridge.booking.models import Booking
from crm_bridge.booking.scope import Scope
from crm_bridge.calendars import busy, repository
from crm_bridge.calendars.busy_bits import digest_of
from crm_bridge.calendars.ics_feed.changed import split
from crm_bridge.calendars.intervals import Interval
from crm_bridge.calendars.kinds import owner_of
from crm_bridge.calendars.models import Advisor, BusyBits, BusyInterval, ConnectedCalendar
from crm_bridge.calendars.port import Changes
from crm_bridge.calendars.service import OFFICE_HOURS
from crm_bridge.calendars.taken import times_of
from crm_bridge.core.database import Base, Database
from crm_bridge.settings import Settings
from crm_bridge.web.api_keys import create_key

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)
MONTH = Interval(NOW, NOW + timedelta(days=30))
AHEAD = Interval(NOW, NOW + timedelta(days=120))
ZONE = ZoneInfo("Europe/Ljubljana")
EVENTS, RECURRING = 500, 60
SIZES = (1, 10, 100, 1000)
DIFFERENT = 10  # calendars that are made; advisors share them
_COPY = (
    "INSERT INTO busy_interval (advisor_id, calendar_id, source_event, start_at, end_at, kind)"
    " SELECT :to, 'cal_' || :to, source_event, start_at, end_at, kind"
    " FROM busy_interval WHERE advisor_id = :like"
)
KINDS = (
    "FREQ=WEEKLY",
    "FREQ=DAILY;INTERVAL=3",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=WEEKLY;BYDAY=MO,WE",
)


def run() -> Report:
    """Measure; the peer's figure for many advisors is that of ten, multiplied."""
    report = Report("openings", "icalendar and recurring-ical-events, each time")
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(report, Path(folder)))
    booking_crowd.measure(report)
    return report


async def _measure(report: Report, folder: Path) -> None:
    texts = [_calendar(seed) for seed in range(DIFFERENT)]
    naive_one = _naive(texts)
    app = create_app(
        Settings(
            _env_file=None,
            now=NOW,
            var=folder,
            internal_key=SecretStr("k"),
            secret_key=SecretStr("s"),
        )
    )
    database: Database = app.state.database
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    await _fill(database, texts)
    for size in SIZES:
        ids = tuple(f"a{n:04}" for n in range(size))
        wanted = {100: "p95 <= 10 ms", 1000: "p95 <= 60 ms"}.get(size, "")
        clock, processor = await _timed(partial(_compute, database, ids), 40 if size < 1000 else 12)
        report.add(f"computing, {size} advisors, p95", "ms", clock, naive_one * size, wanted=wanted)
        report.add(f"computing, {size} advisors, processor, p95", "ms", processor)
    await _with_meetings(report, database)
    await _over_http(report, app, database)
    await _a_change(report, database, texts[0])
    report.notes.append(
        f"the peer: one calendar of {EVENTS} events parsed and expanded for 30 days in"
        f" {naive_one:.0f} ms (median of {DIFFERENT}); for many advisors multiplied"
    )
    await app.state.calendars.egress.close()
    await app.state.chat.close()
    await database.close()


async def _with_meetings(report: Report, database: Database) -> None:
    """A hundred advisors who have ten meetings of ours each, and a daily limit."""
    ids = tuple(f"a{n:04}" for n in range(100))
    async with database.transaction() as session:
        await session.execute(update(Advisor).where(Advisor.id.in_(ids)).values(daily_limit=4))
        for n, advisor in enumerate(ids):
            for number in range(10):
                start = NOW.replace(hour=9) + timedelta(days=number + n % 3, hours=n % 5)
                session.add(_meeting(f"{advisor}-{number}", advisor, start))
    clock, _ = await _timed(partial(_compute, database, ids), 40)
    report.add("computing, 100 advisors with meetings of ours, p95", "ms", clock)
    async with database.transaction() as session:
        await session.execute(delete(Booking))
        await session.execute(update(Advisor).values(daily_limit=None))


def _meeting(name: str, advisor: str, start: datetime) -> Booking:
    end = start + timedelta(minutes=30)
    return Booking(
        id=f"bkg_{name}", status="booked", advisor_id=advisor, start_at=start, end_at=end,
        pad_start_at=start, pad_end_at=end, hold_token=name, uid=name, page_token_hash=name,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip


async def _compute(database: Database, ids: tuple[str, ...]) -> int:
    async with database.reading() as session:
        found = await offer.find(session, Scope(advisors=ids), MONTH, now=NOW)
    assert found.openings
    return len(found.openings)


async def _over_http(report: Report, app: object, database: Database) -> None:
    """An advisor's openings, and a hundred advisors' by their playbook's route."""
    async with database.transaction() as session:
        key = await create_key(session, "bench", now=NOW)
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {key.secret}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://bridge.test", headers=headers
    ) as client:
        hundred = Scope(advisors=tuple(f"a{n:04}" for n in range(100)))
        of_playbook = scope.of_playbook

        async def named(*_: object) -> Scope:
            return hundred

        scope.of_playbook = named

        async def ask() -> int:
            params = {"playbook": "bench", "from": "2026-03-09", "to": "2026-04-07"}
            answer = await client.get("/api/v1/openings", params=params)
            assert answer.status_code == 200, answer.text
            return len(answer.json()["openings"])

        try:
            clock, processor = await _timed(ask, 30)
            report.add("over HTTP, 100 advisors, p95", "ms", clock, wanted="<= 50 ms")
            report.add("over HTTP, 100 advisors, processor, p95", "ms", processor)
        finally:
            scope.of_playbook = of_playbook


async def _a_change(report: Report, database: Database, written: bytes) -> None:
    """From a feed's answer with one event more to openings without its time."""
    owner = owner_of(Advisor(timezone="Europe/Ljubljana", email="a@bench.test"))
    before = split(written).digests
    more = written.replace(
        b"END:VCALENDAR", _event(9999, NOW + timedelta(days=2, hours=4)) + b"END:VCALENDAR"
    )
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        now = split(more)
        fresh = {
            ref: part for ref, part in now.parts.items() if before.get(ref) != now.digests[ref]
        }
        assert len(fresh) == 1
        found = times_of(fresh, AHEAD, owner, give_up=lambda: False)
        async with database.transaction() as session:
            calendar = await session.get_one(ConnectedCalendar, "cal_a0000")
            await busy.take_changes(
                session, calendar, Changes(found.times, complete=False), now=NOW
            )
        await _compute(database, ("a0000",))
        taken.append((time.perf_counter() - began) * 1000)
    report.add("a changed event seen after the answer, p95", "ms", max(taken), wanted="<= 1000 ms")


async def _timed(work: Callable[[], Awaitable[int]], times: int) -> tuple[float, float]:
    """Milliseconds by the clock and of the processor, p95."""
    await work()
    clock, processor = [], []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        await work()
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - worked) * 1000)
    return percentile(clock, 0.95), percentile(processor, 0.95)


def _naive(texts: list[bytes]) -> float:
    """Milliseconds to parse, expand and subtract one calendar."""
    taken = []
    for written in texts:
        began = time.perf_counter()
        calendar = icalendar.Calendar.from_ical(written)
        events = recurring_ical_events.of(calendar).between(MONTH.start, MONTH.end)
        taken_up = sorted((each.start, each.end) for each in events)
        free = 0
        for day in range(30):
            morning = datetime.combine(
                date(2026, 3, 9) + timedelta(days=day), datetime.min.time(), ZONE
            )
            for slot in range(16):
                start = morning + timedelta(hours=9, minutes=30 * slot)
                end = start + timedelta(minutes=30)
                free += not any(begin < end and start < stop for begin, stop in taken_up)
        taken.append((time.perf_counter() - began) * 1000)
    return percentile(taken, 0.5)


async def _fill(database: Database, texts: list[bytes]) -> None:
    owner = owner_of(Advisor(timezone="Europe/Ljubljana", email="a@bench.test"))
    taken_of = []
    for each in texts:
        found = times_of(split(each).parts, AHEAD, owner, give_up=lambda: False)
        taken_of.append([(ref, taken) for ref, times in found.times.items() for taken in times])
    async with database.transaction() as session:
        for n in range(max(SIZES)):
            id = f"a{n:04}"
            session.add(
                Advisor(
                    id=id, name=id, email=f"{id}@bench.test", timezone="Europe/Ljubljana",
                    working_hours=dict(OFFICE_HOURS), created_at=NOW, updated_at=NOW,
                )
            )  # fmt: skip
        await session.flush()
        for n in range(max(SIZES)):
            id = f"a{n:04}"
            session.add(
                ConnectedCalendar(
                    id=f"cal_{id}", advisor_id=id, kind="ics", synced_at=NOW, created_at=NOW
                )
            )
        await session.flush()
        for n in range(DIFFERENT):
            id = f"a{n:04}"
            rows = [
                {
                    "advisor_id": id, "calendar_id": f"cal_{id}", "source_event": ref,
                    "start_at": each.start, "end_at": each.end, "kind": "busy",
                }
                for ref, each in taken_of[n]
            ]  # fmt: skip
            await session.execute(insert(BusyInterval), rows)
        for n in range(DIFFERENT, min(100, max(SIZES))):  # openings read the bitmaps alone
            await session.execute(text(_COPY), {"to": f"a{n:04}", "like": f"a{n % DIFFERENT:04}"})
        for n in range(DIFFERENT):
            await repository.rebuild_bits(session, f"a{n:04}")
        await _copy_bits(session)


async def _copy_bits(session: AsyncSession) -> None:
    """The bitmaps of the other advisors: those of one that was expanded with a minute more,
    each another, so that no two are the same."""
    packed: dict[str, dict[int, bytes]] = {}
    for row in await session.scalars(select(BusyBits)):
        packed.setdefault(row.advisor_id, {})[row.stretch] = row.bits
    for n in range(DIFFERENT, max(SIZES)):
        id, theirs = f"a{n:04}", dict(packed[f"a{n % DIFFERENT:04}"])
        first = min(theirs)
        changed = int.from_bytes(theirs[first], "little") ^ (1 << n)
        theirs[first] = changed.to_bytes(len(theirs[first]), "little")
        rows = [{"advisor_id": id, "stretch": each, "bits": bits} for each, bits in theirs.items()]
        await session.execute(insert(BusyBits), rows)
        digest = digest_of(theirs)
        await session.execute(update(Advisor).where(Advisor.id == id).values(busy_digest=digest))


def _calendar(seed: int) -> bytes:
    """500 events: recurring ones since last year, others from a year ago to half a year on."""
    chance = random.Random(seed)
    events = []
    for number in range(EVENTS):
        recurring = number < RECURRING
        days = chance.randint(-365, -30) if recurring else chance.randint(-365, 180)
        start = NOW.replace(hour=0) + timedelta(
            days=days, hours=chance.randint(7, 17), minutes=chance.choice((0, 30))
        )
        rule = f"{chance.choice(KINDS)};COUNT=80" if recurring and number % 3 == 0 else ""
        if recurring and not rule:
            rule = f"{chance.choice(KINDS)};UNTIL=20260331T000000Z"
        events.append(_event(number, start, rule))
    return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + b"".join(events) + b"END:VCALENDAR\r\n"


def _event(number: int, start: datetime, rule: str = "") -> bytes:
    local = start.astimezone(ZONE)
    lines = [
        "BEGIN:VEVENT",
        f"UID:event-{number}@bench.test",
        "DTSTAMP:20260301T000000Z",
        f"DTSTART;TZID=Europe/Ljubljana:{local:%Y%m%dT%H%M%S}",
        "DURATION:PT30M",
        f"SUMMARY:Event {number}",
        *([f"RRULE:{rule}"] if rule else []),
        "END:VEVENT",
        "",
    ]
    return "\r\n".join(lines).encode()
