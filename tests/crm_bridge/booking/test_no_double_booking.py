"""However many try at once, an advisor's time is given once, and limits hold."""

import asyncio
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import BookingView
from crm_bridge.booking import exclusion, repository, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import AdvisorTime, Booking
from crm_bridge.booking.refusals import HoldExpired, OpeningTaken
from crm_bridge.booking.states import WrongState
from crm_bridge.core.database import Database, make_engine
from tests.crm_bridge.booking.makers import at, make_advisor, make_conversation
from tests.crm_bridge.conftest import NOW

THREADS = 16
TRIES = 12
STARTS = [
    at(f"{day} {8 + half // 2:02d}:{half % 2 * 30:02d}") for day in (12, 13) for half in range(6)
]


async def _all_at_once(url: str, desk: Desk, conversations: list[str], seed: int) -> list[str]:
    """One visitor's worth of tries: hold and book, move, cancel, at random."""
    chance, database, outcomes = random.Random(seed), Database(make_engine(url)), []
    conversation = conversations[seed]
    booked: BookingView | None = None
    for _ in range(TRIES):
        start = chance.choice(STARTS)
        try:
            async with database.transaction() as session:
                booked = await _something(session, desk, conversation, booked, start, chance)
            outcomes.append("done")
        except (OpeningTaken, HoldExpired, WrongState) as refused:
            outcomes.append(refused.code)
        except OperationalError as fault:
            # sixteen threads on one SQLite file on a busy machine: the visitor tries again
            assert "locked" in str(fault)  # noqa: PT017 - a lock is one of the outcomes
            outcomes.append("locked")
    await database.close()
    return outcomes


async def _something(
    session: AsyncSession,
    desk: Desk,
    conversation: str,
    booked: BookingView | None,
    start: datetime,
    chance: random.Random,
) -> BookingView | None:
    roll = chance.random()
    if booked is not None and roll < 0.5:
        return await service.move(session, booked.booking, start, by="visitor", desk=desk, now=NOW)
    if booked is not None and roll < 0.6:
        await service.cancel(session, booked.booking, reason="", by="visitor", desk=desk, now=NOW)
        return None
    held = await service.hold(session, conversation, start, desk=desk, now=NOW)
    return await service.confirm(session, conversation, held.hold, desk=desk, now=NOW)


def _overlaps(bookings: list[Booking]) -> int:
    return sum(
        one.advisor_id == other.advisor_id
        and one.start_at < other.end_at
        and other.start_at < one.end_at
        for number, one in enumerate(bookings)
        for other in bookings[:number]
    )


@pytest.mark.timeout(600)
async def test_sixteen_threads_of_visitors_leave_no_overlap_and_no_broken_limit(
    database: Database, database_url: str, desk: Desk
) -> None:
    desk.settings.booking.holds_per_conversation = 1000
    desk.settings.booking.meetings_per_email = 1000
    await make_advisor(database, "maja", daily_limit=4)
    await make_advisor(database, "noam", daily_limit=4)
    visitors = [await make_conversation(database) for _ in range(THREADS)]

    def one(seed: int) -> list[str]:
        return asyncio.run(_all_at_once(database_url, desk, visitors, seed))

    with ThreadPoolExecutor(THREADS) as pool:
        loop = asyncio.get_running_loop()
        tried = await asyncio.gather(*(loop.run_in_executor(pool, one, n) for n in range(THREADS)))
    outcomes = [outcome for each in tried for outcome in each]
    assert len(outcomes) == THREADS * TRIES
    assert outcomes.count("done") >= 16
    assert outcomes.count("opening_taken") > 0
    async with database.reading() as session:
        standing = list(await session.scalars(select(Booking).where(Booking.status == "booked")))
    assert _overlaps(standing) == 0
    for day in (12, 13):
        for advisor in ("maja", "noam"):
            that_day = [b for b in standing if b.advisor_id == advisor and b.start_at.day == day]
            assert len(that_day) <= 4


async def test_of_two_who_confirm_one_hold_at_once_both_get_the_same_booking(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async with database.transaction() as session:
        held = await service.hold(session, visitor, at("12 08:00"), desk=desk, now=NOW)

    async def confirm() -> str:
        async with database.transaction() as session:
            view = await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
        return view.booking

    assert len(set(await asyncio.gather(*(confirm() for _ in range(6))))) == 1


async def test_two_tabs_of_one_visitor_never_hold_two_times(
    database: Database, desk: Desk, maja: str, visitor: str
) -> None:
    async def hold(start: datetime) -> None:
        try:
            async with database.transaction() as session:
                await service.hold(session, visitor, start, desk=desk, now=NOW)
        except OpeningTaken:
            return

    await asyncio.gather(*(hold(start) for start in STARTS[:6]))
    async with database.reading() as session:
        held = await session.scalars(select(Booking).where(Booking.status == "held"))
        assert len(list(held)) == 1


def _unguarded(start: datetime, name: str, status: str = "booked") -> Booking:
    return Booking(
        id=f"bkg_{name}",
        status=status,
        advisor_id="maja",
        start_at=start,
        end_at=start + timedelta(minutes=30),
        pad_start_at=start,
        pad_end_at=start + timedelta(minutes=30),
        hold_token=name,
        uid=name,
        page_token_hash=name,
        created_at=NOW,
        updated_at=NOW,
    )


async def test_claims_refuse_an_overlap_even_from_code_that_forgot_the_lock(
    database: Database, maja: str
) -> None:
    async with database.transaction() as session:
        await repository.add_with_claims(session, _unguarded(at("12 08:00"), "one"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await repository.add_with_claims(session, _unguarded(at("12 08:25"), "two"))


async def _guarded(database: Database) -> None:
    async with database.engine.connect() as connection:
        if not await connection.run_sync(exclusion.is_guarded):
            pytest.skip("this PostgreSQL has no btree_gist (postgresql-contrib)")


async def test_the_database_refuses_an_overlap_even_without_claims(
    database: Database, maja: str
) -> None:
    await _guarded(database)
    async with database.transaction() as session:
        session.add(_unguarded(at("12 08:00"), "one"))
        session.add(_unguarded(at("12 08:00"), "gone", status="cancelled"))
        session.add(_unguarded(at("12 08:30"), "next"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(_unguarded(at("12 08:15"), "two"))
    back = update(Booking).where(Booking.id == "bkg_gone").values(status="booked")
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(back)


async def test_it_refuses_it_of_every_advisor_of_a_meeting(
    database: Database, maja: str, noam: str
) -> None:
    """Noam is the second of one meeting and has another of his own: no claim says no."""
    await _guarded(database)
    async with database.transaction() as session:
        await repository.add_with_claims(session, _unguarded(at("12 08:00"), "both"), ["noam"])
        his = _unguarded(at("12 08:15"), "his")
        his.advisor_id = "noam"
        session.add(his)
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(_time_of("noam", his))
    async with database.transaction() as session:
        later = _unguarded(at("12 08:30"), "later")
        session.add(later)
        await session.flush()
        session.add(_time_of("noam", later))
    of_noam = AdvisorTime.booking_id == later.id
    sooner = update(AdvisorTime).where(of_noam).values(start_at=at("12 08:29"))
    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            await session.execute(sooner)


def _time_of(advisor: str, booking: Booking) -> AdvisorTime:
    return AdvisorTime(
        booking_id=booking.id,
        advisor_id=advisor,
        start_at=booking.start_at,
        end_at=booking.end_at,
    )
