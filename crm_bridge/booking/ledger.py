"""The ledger of turns in the database: written with the holds, read by the choice.

Ledgers are locked last, after advisors and bookings, and all of a transaction's in one go
(`open_ledgers`): then nobody waits for somebody who waits for them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.booking.fairness import Act, Credit, Line, after
from crm_bridge.booking.models import Booking, Ledger, LedgerLine
from crm_bridge.core.insert import insert_unless_there

type Ledgers = Mapping[str, Ledger]


def account_in(ledger: Ledger | None) -> dict[str, Credit]:
    """What the advisors of a ledger are owed."""
    if ledger is None:
        return {}
    return {advisor: Credit(owed, last) for advisor, (owed, last) in ledger.account.items()}


async def open_ledgers(session: AsyncSession, playbooks: Iterable[str | None]) -> Ledgers:
    """The ledgers of the playbooks, made where there is none, locked until the commit."""
    wanted = sorted({each for each in playbooks if each is not None})
    found = await _locked(session, wanted)
    if len(found) < len(wanted):
        for playbook in wanted:
            values = {"playbook": playbook, "lines": 0, "account": {}}
            await insert_unless_there(session, Ledger, values)
        found = await _locked(session, wanted)
    return {each.playbook: each for each in found}


async def _locked(session: AsyncSession, playbooks: Sequence[str]) -> Sequence[Ledger]:
    statement = (
        select(Ledger)
        .where(Ledger.playbook.in_(playbooks))
        .order_by(Ledger.playbook)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).all() if playbooks else ()


def give(
    session: AsyncSession,
    ledger: Ledger,
    booking: Booking,
    *,
    route: str,
    rule: str,
    weights: Mapping[str, int],
    now: datetime,
) -> None:
    """Write that the booking's advisor got it, for its `reason`, among those of `weights`."""
    line = Line(ledger.lines + 1, "given", booking.id, booking.advisor_id, dict(weights))
    _write(session, ledger, line, route=route, rule=rule, reason=booking.reason, now=now)


async def give_back(
    session: AsyncSession,
    bookings: Sequence[Booking],
    *,
    because: str,
    now: datetime,
    ledgers: Ledgers | None = None,
) -> None:
    """Give back the turns of bookings that came to nothing; one that was never taken, or is
    given back already, changes nothing. `ledgers` are open already."""
    turns = await _turns_of(session, [each.id for each in bookings])
    standing = [each for each in turns if each.act != "returned"]
    await _answer(session, standing, "returned", because=because, now=now, ledgers=ledgers)


async def take_again(
    session: AsyncSession, booking: Booking, *, because: str, now: datetime
) -> None:
    """Take the turn of a booking again that was given back in error; one that was never
    taken, or stands, changes nothing."""
    turns = await _turns_of(session, [booking.id])
    returned = [each for each in turns if each.act == "returned"]
    await _answer(session, returned, "taken_again", because=because, now=now)


async def _answer(
    session: AsyncSession,
    turns: Sequence[LedgerLine],
    act: Act,
    *,
    because: str,
    now: datetime,
    ledgers: Ledgers | None = None,
) -> None:
    """Write the line that undoes each of these lines."""
    if not turns:
        return
    opened = ledgers or await open_ledgers(session, (each.playbook for each in turns))
    for turn in turns:
        ledger = opened[turn.playbook]
        line = Line(ledger.lines + 1, act, turn.booking_id, turn.advisor_id, turn.weights)
        why = {"because": because, "line": turn.number}
        _write(
            session,
            ledger,
            line,
            of_round=turn.round + (act == "taken_again"),
            route=turn.route,
            rule=turn.rule,
            reason=why,
            now=now,
        )
    await session.flush()


def _write(
    session: AsyncSession,
    ledger: Ledger,
    line: Line,
    *,
    of_round: int = 0,
    route: str,
    rule: str,
    reason: Mapping[str, Any],
    now: datetime,
) -> None:
    following = after(account_in(ledger), line)
    ledger.account = {each: [credit.owed, credit.last] for each, credit in following.items()}
    ledger.lines = line.number
    session.add(
        LedgerLine(
            playbook=ledger.playbook,
            number=line.number,
            act=line.act,
            booking_id=line.booking,
            round=of_round,
            route=route,
            rule=rule,
            advisor_id=line.chosen,
            weights=dict(line.weights),
            reason=dict(reason),
            at=now,
        )
    )


async def _turns_of(session: AsyncSession, booking_ids: Sequence[str]) -> list[LedgerLine]:
    """The newest line of each booking that took a turn, oldest first."""
    if not booking_ids:
        return []
    found = await session.scalars(
        select(LedgerLine)
        .where(LedgerLine.booking_id.in_(booking_ids))
        .order_by(LedgerLine.playbook, LedgerLine.number)
    )
    newest = {each.booking_id: each for each in found}
    return sorted(newest.values(), key=lambda each: (each.playbook, each.number))


async def lines(
    session: AsyncSession, playbook: str, *, last: int | None = None
) -> list[LedgerLine]:
    """The lines of a playbook's ledger in order; with `last` so many of the newest."""
    statement = (
        select(LedgerLine).where(LedgerLine.playbook == playbook).order_by(LedgerLine.number.desc())
    )
    found = await session.scalars(statement.limit(last) if last else statement)
    return list(reversed(found.all()))


def line_of(turn: LedgerLine) -> Line:
    """The row as the account counts it."""
    return Line(turn.number, cast("Act", turn.act), turn.booking_id, turn.advisor_id, turn.weights)
