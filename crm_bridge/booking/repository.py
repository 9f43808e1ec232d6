"""The SQL of bookings and claims."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from itertools import batched
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking.cells import cells
from crm_bridge.booking.models import AdvisorTime, Booking, Claim, Fellow
from crm_bridge.calendars.intervals import Interval
from crm_bridge.core.database import Instant
from crm_bridge.core.one_of import one_of
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.core.pagination import Page, PageRequest, fetch_page
from crm_bridge.core.prepared import Prepared, Runner
from crm_bridge.core.stored import Stored

_booking, _fellow = cast("Table", Booking.__table__), cast("Table", Fellow.__table__)


def _stands(now: datetime) -> ColumnElement[bool]:
    """Booked, or held and not run out (`states.stands`)."""
    return or_(Booking.status == "booked", and_(Booking.status == "held", Booking.expires_at > now))


async def bookings_among(session: AsyncSession, uids: Collection[str]) -> set[str]:
    """The UIDs that are bookings of ours, whatever became of them."""
    likely = [uid for uid in uids if uid.startswith("bkg_")]
    found: set[str] = set()
    for some in batched(likely, 500):
        found.update(await session.scalars(select(Booking.uid).where(Booking.uid.in_(some))))
    return found


async def add_with_claims(
    session: AsyncSession, booking: Booking, fellows: Sequence[str] = ()
) -> None:
    """Write a new booking, who else meets the visitor, and what all of them claim.
    IntegrityError where the time of one is taken."""
    session.add(booking)
    await session.flush()
    session.add_all(
        Fellow(booking_id=booking.id, advisor_id=each, number=number)
        for number, each in enumerate(fellows, 1)
    )
    await claim(session, booking, [booking.advisor_id, *fellows])


async def claim(session: AsyncSession, booking: Booking, advisor_ids: Sequence[str]) -> None:
    """Take the booking's time of each, and claim its cells. IntegrityError where the time of
    one is taken."""
    await session.flush()
    times = {"booking_id": booking.id, "start_at": booking.start_at, "end_at": booking.end_at}
    taken = [{"advisor_id": advisor, **times} for advisor in advisor_ids]
    claimed = [
        {"advisor_id": advisor, "cell": cell, "booking_id": booking.id}
        for advisor in advisor_ids
        for cell in cells(booking.start_at, booking.end_at)
    ]
    connection = await session.connection()
    await connection.execute(insert(cast("Table", AdvisorTime.__table__)), taken)
    await connection.execute(insert(cast("Table", Claim.__table__)), claimed)


_FELLOWS: Final = Prepared(
    select(_fellow.c.advisor_id)
    .where(_fellow.c.booking_id == bindparam("booking", type_=String))
    .order_by(_fellow.c.number)
)


async def fellows_of(session: AsyncSession, booking_id: str) -> list[str]:
    """The other advisors who meet the visitor too, in the order of the route."""
    return [row.advisor_id for row in await _FELLOWS.all(session, {"booking": booking_id})]


async def fellows_of_several(
    session: AsyncSession, booking_ids: Sequence[str]
) -> dict[str, list[str]]:
    """The same for several bookings; those with none are left out."""
    statement = select(Fellow.booking_id, Fellow.advisor_id).order_by(Fellow.number)
    rows = await session.execute(statement.where(Fellow.booking_id.in_(booking_ids)))
    found: dict[str, list[str]] = {}
    for booking_id, advisor_id in rows:
        found.setdefault(booking_id, []).append(advisor_id)
    return found


def takes_time_of(advisor_ids: Sequence[str]) -> ColumnElement[bool]:
    """Bookings of any of the advisors, alone or with others."""
    together = select(Fellow.booking_id).where(Fellow.advisor_id.in_(advisor_ids))
    return or_(Booking.advisor_id.in_(advisor_ids), Booking.id.in_(together))


async def unclaim(session: AsyncSession, booking_ids: Sequence[str]) -> None:
    """Give back every cell of the bookings, and the time of each of their advisors."""
    await session.execute(delete(AdvisorTime).where(AdvisorTime.booking_id.in_(booking_ids)))
    await session.execute(delete(Claim).where(Claim.booking_id.in_(booking_ids)))


async def get_by_hold(session: AsyncSession, hold_token: str) -> Booking | None:
    """The booking that a hold token is of, whatever became of it."""
    return (
        await session.scalars(select(Booking).where(Booking.hold_token == hold_token))
    ).one_or_none()


async def get_by_page_token(session: AsyncSession, token_hash: str) -> Booking | None:
    """The booking whose page has that token."""
    return (
        await session.scalars(select(Booking).where(Booking.page_token_hash == token_hash))
    ).one_or_none()


async def get_by_uid(session: AsyncSession, uid: str) -> Booking | None:
    """The booking of that iCalendar UID."""
    return (await session.scalars(select(Booking).where(Booking.uid == uid))).one_or_none()


async def get_again(session: AsyncSession, booking_id: str) -> Booking | None:
    """The booking as it is in the database now."""
    return await session.get(Booking, booking_id, populate_existing=True)


_SET: Final = ("status", "booked_at", "updated_at", "expires_at", "video_url", "visitor",
               "visitor_email", "contact_id")  # fmt: skip
_SWAP: Final = Prepared(
    update(_booking)
    .where(
        _booking.c.hold_token == bindparam("hold", type_=String),
        _booking.c.status == "held",
        _booking.c.expires_at > bindparam("now", type_=Instant()),
    )
    .values({each: bindparam(each, type_=_booking.c[each].type) for each in _SET})
    .returning(_booking.c.id),
)


async def confirm_held(
    session: AsyncSession, hold_token: str, *, now: datetime, **values: Any
) -> bool:
    """Compare and swap: held (by this token, not run out) becomes booked. False otherwise.
    `values` are of the columns that a confirmation sets (`_SET`)."""
    done = {"status": "booked", "booked_at": now, "updated_at": now, "expires_at": None}
    swapped = await _SWAP.all(session, {"hold": hold_token, "now": now, **done, **values})
    return bool(swapped)


async def end_holds(
    session: AsyncSession, where: ColumnElement[bool], *, because: str, now: datetime
) -> list[Booking]:
    """Let the held bookings that match go, with their claims; those that were let go."""
    ended = await session.execute(
        update(Booking)
        .where(Booking.status == "held", where)
        .values(status="expired", ended_because=because, updated_at=now)
        .returning(Booking)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    bookings = list(ended.scalars())
    if bookings:
        await unclaim(session, [booking.id for booking in bookings])
    return bookings


async def was_missed(session: AsyncSession, booking_id: str) -> bool:
    """Whether it was announced already that the visitor did not come."""
    told = select(DomainEvent.id).where(
        DomainEvent.subject_id == booking_id, DomainEvent.name == "booking.no_show"
    )
    return await session.scalar(told.limit(1)) is not None


_DUE: Final = Prepared(
    select(_booking.c.id)
    .where(
        _booking.c.status == "held",
        _booking.c.expires_at <= bindparam("now", type_=Instant()),
    )
    .order_by(_booking.c.expires_at)
    .limit(bindparam("most", type_=Integer))
)


_ANY_DUE: Final = Prepared(
    select(_booking.c.id)
    .where(
        _booking.c.status == "held",
        _booking.c.expires_at <= bindparam("now", type_=Instant()),
        or_(
            one_of(_booking.c.advisor_id, "advisors"),
            _booking.c.id.in_(
                select(_fellow.c.booking_id).where(one_of(_fellow.c.advisor_id, "advisors"))
            ),
        ),
    )
    .limit(1)
)


async def any_due(session: AsyncSession, advisor_ids: Sequence[str], *, now: datetime) -> bool:
    """Whether a hold of these advisors has run out; asked before it is written, because most
    often none has."""
    values = {"advisors": list(advisor_ids), "now": now}
    return await _ANY_DUE.one(session, values) is not None


async def due_holds(on: Runner, *, now: datetime, limit: int) -> list[str]:
    """The ids of holds that have run out."""
    return [row.id for row in await _DUE.all(on, {"now": now, "most": limit})]


async def holds_since(session: AsyncSession, conversation_id: str, since: datetime) -> int:
    """How many holds a conversation has taken since an instant, whatever became of them."""
    count = await session.scalar(
        select(func.count())
        .select_from(Booking)
        .where(Booking.conversation_id == conversation_id, Booking.created_at >= since)
    )
    return count or 0


async def coming_of_email(session: AsyncSession, email: str, *, now: datetime) -> int:
    """How many meetings are ahead of a mail address (lower case)."""
    count = await session.scalar(
        select(func.count())
        .select_from(Booking)
        .where(Booking.visitor_email == email, Booking.status == "booked", Booking.end_at > now)
    )
    return count or 0


async def of_conversation(
    session: AsyncSession, conversation_id: str, statuses: Sequence[str]
) -> Booking | None:
    """The latest booking of a conversation in one of the statuses."""
    return await _latest(tuple(statuses)).one(session, {"conversation": conversation_id})


@cache
def _latest(statuses: tuple[str, ...]) -> Stored[Booking]:
    return Stored(
        Booking,
        select(_booking)
        .where(
            _booking.c.conversation_id == bindparam("conversation"),
            or_(*(_booking.c.status == status for status in statuses)),
        )
        .order_by(_booking.c.created_at.desc(), _booking.c.id.desc())
        .limit(1),
    )


async def list_page(
    session: AsyncSession,
    request: PageRequest,
    *,
    status: str | None = None,
    advisor_id: str | None = None,
    conversation_id: str | None = None,
    contact_id: str | None = None,
    between: Interval | None = None,
) -> Page[Booking]:
    """Bookings, the last made first; `between` is about when the meeting begins."""
    statement = select(Booking)
    for column, value in (
        (Booking.status, status),
        (Booking.advisor_id, advisor_id),
        (Booking.conversation_id, conversation_id),
        (Booking.contact_id, contact_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if between is not None:
        statement = statement.where(
            Booking.start_at >= between.start, Booking.start_at < between.end
        )
    return await fetch_page(session, statement, request, by=[Booking.id])


async def list_meetings(
    session: AsyncSession, *, now: datetime, coming: bool, limit: int
) -> list[Booking]:
    """Booked and cancelled meetings: the next ones first, or the last ones first."""
    when = Booking.end_at > now if coming else Booking.end_at <= now
    order = Booking.start_at.asc() if coming else Booking.start_at.desc()
    statement = select(Booking).where(Booking.status.in_(["booked", "cancelled"]), when)
    return list(await session.scalars(statement.order_by(order, Booking.id).limit(limit)))


async def of_people(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> list[Booking]:
    """Every booking of the conversations or of the contact."""
    mine: ColumnElement[bool] = Booking.conversation_id.in_(conversation_ids)
    if contact_id is not None:
        mine = mine | (Booking.contact_id == contact_id)
    return list(await session.scalars(select(Booking).where(mine)))
