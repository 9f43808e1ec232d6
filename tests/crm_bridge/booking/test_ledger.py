"""Turns stand in a ledger: each choice with its reasons, given back when it comes to nothing,
and played again by the operator's command."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm_bridge.booking import attendance, ledger, ledger_commands, service
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.expire import Sweeper
from crm_bridge.booking.fairness import account_of
from crm_bridge.booking.models import Booking, Ledger, LedgerLine
from crm_bridge.calendars import service as advisors
from crm_bridge.calendars.intervals import Interval
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact, IdentityClaim
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.outbox import DomainEvent
from crm_bridge.settings import Settings
from playbook.model import Route
from tests.crm_bridge.booking.makers import (
    ALWAYS,
    a_desk,
    a_playbook,
    at,
    make_advisor,
    make_conversation,
)
from tests.crm_bridge.conftest import NOW

NINE, TEN, ELEVEN = at("12 08:00"), at("12 09:00"), at("12 10:00")


async def _held(database: Database, desk: Desk, start: Any, *, confirm: bool = True) -> Booking:
    """A hold or a meeting of a new visitor."""
    visitor = await make_conversation(database)
    async with database.transaction() as session:
        held = await service.hold(session, visitor, start, desk=desk, now=NOW)
        if confirm:
            await service.confirm(session, visitor, held.hold, desk=desk, now=NOW)
    async with database.reading() as session:
        return (await session.scalars(select(Booking).where(Booking.hold_token == held.hold))).one()


async def _lines(database: Database) -> list[LedgerLine]:
    async with database.reading() as session:
        return await ledger.lines(session, "consulting")


async def test_turns_are_taken_and_every_line_says_why_and_who_was_passed_over(
    database: Database, desk: Desk, maja: str, noam: str
) -> None:
    first = await _held(database, desk, NINE)
    second = await _held(database, desk, TEN)
    assert (first.advisor_id, second.advisor_id) == ("maja", "noam")
    one, two = await _lines(database)
    assert (one.number, one.act, one.booking_id, one.route) == (1, "given", first.id, "all")
    assert two.reason["because"] == "next in turn: 1.00 of a meeting due (none so far)"
    (passed,) = two.reason["passed_over"]
    assert passed["advisor"] == "maja"
    assert "not their turn" in passed["why"]
    third = await _held(database, desk, TEN)
    assert third.advisor_id == "maja"
    assert (await _lines(database))[-1].reason["passed_over"] == [
        {"advisor": "noam", "why": "is booked or held whenever they are free"}
    ]


async def test_weights_of_a_route_are_shares_of_its_meetings(
    database: Database, settings: Settings, maja: str, noam: str
) -> None:
    route = Route(id="all", when=ALWAYS, advisors=("maja", "noam"), weights={"maja": 2})
    desk = a_desk(settings, a_playbook([route]))
    got = [(await _held(database, desk, start)).advisor_id for start in (NINE, TEN, ELEVEN)]
    assert got == ["maja", "noam", "maja"]


async def _cancelled(database: Database, desk: Desk, booking: Booking) -> None:
    async with database.transaction() as session:
        await service.cancel(session, booking.id, reason="", by="visitor", desk=desk, now=NOW)
        await service.cancel(session, booking.id, reason="", by="visitor", desk=desk, now=NOW)


async def _missed(database: Database, desk: Desk, booking: Booking) -> None:
    later = booking.end_at + timedelta(minutes=1)
    async with database.transaction() as session:
        await attendance.note(session, booking.id, came=False, desk=desk, now=later)
        await attendance.note(session, booking.id, came=False, desk=desk, now=later)


async def test_who_came_after_all_costs_the_turn_again_however_often_it_is_corrected(
    database: Database, desk: Desk, maja: str, noam: str
) -> None:
    booking = await _held(database, desk, NINE)
    later = booking.end_at + timedelta(minutes=1)
    for came in (False, True, True, False, False, True):
        async with database.transaction() as session:
            await attendance.note(session, booking.id, came=came, desk=desk, now=later)
    written = await _lines(database)
    acts = ["given", "returned", "taken_again", "returned", "taken_again"]
    assert [each.act for each in written] == acts
    assert written[2].reason == {"because": "the visitor came after all", "line": 2}
    async with database.reading() as session:
        account = ledger.account_in(await session.get(Ledger, "consulting"))
        checked = await ledger_commands._checked(session, "consulting", Clock(NOW))
        told = await session.scalars(select(DomainEvent.name).order_by(DomainEvent.id))
        news = [each for each in told if each in ("booking.no_show", "booking.came")]
    assert (account["maja"].owed, account["noam"].owed) == (-500_000, 500_000)
    assert (checked["wrong"], checked["account_agrees"]) == ([], True)
    assert news == ["booking.no_show", "booking.came", "booking.came"]
    assert (await _held(database, desk, TEN)).advisor_id == "noam"


async def _erased(database: Database, desk: Desk, booking: Booking) -> None:
    async with database.transaction() as session:
        await service.erase(session, [booking.conversation_id or ""], None, now=NOW)


@pytest.mark.parametrize(
    ("ended", "why"),
    [
        (_cancelled, "cancelled by visitor"),
        (_missed, "the visitor did not come"),
        (_erased, "the visitor's data were erased"),
    ],
)
async def test_a_meeting_that_came_to_nothing_gives_the_turn_back_once(
    database: Database, desk: Desk, maja: str, noam: str, ended: Any, why: str
) -> None:
    booking = await _held(database, desk, NINE)
    await ended(database, desk, booking)
    given, returned = await _lines(database)
    assert (returned.act, returned.booking_id, returned.reason) == (
        "returned", booking.id, {"because": why, "line": given.number},
    )  # fmt: skip
    async with database.reading() as session:
        account = ledger.account_in(await session.get(Ledger, "consulting"))
    assert {credit.owed for credit in account.values()} == {0}


async def test_a_hold_that_ran_out_gives_the_turn_back(
    database: Database, desk: Desk, maja: str, noam: str
) -> None:
    await _held(database, desk, NINE, confirm=False)
    await Sweeper(database, Clock(NOW + timedelta(hours=1))).sweep()
    assert [each.act for each in await _lines(database)] == ["given", "returned"]


async def test_choosing_another_time_takes_one_turn_not_two(
    database: Database, desk: Desk, maja: str, noam: str, visitor: str
) -> None:
    async with database.transaction() as session:
        await service.hold(session, visitor, NINE, desk=desk, now=NOW)
        await service.hold(session, visitor, TEN, desk=desk, now=NOW)
    assert [each.act for each in await _lines(database)] == ["given", "returned", "given"]
    async with database.reading() as session:
        account = ledger.account_in(await session.get(Ledger, "consulting"))
    assert sum(credit.owed for credit in account.values()) == 0
    assert sorted(credit.owed for credit in account.values()) == [-500_000, 500_000]


async def test_the_stored_account_is_what_its_lines_add_up_to(
    database: Database, desk: Desk, maja: str, noam: str
) -> None:
    await make_advisor(database, "kari")
    for start in (NINE, NINE, TEN, ELEVEN):
        await _held(database, desk, start)
    async with database.reading() as session:
        stored = ledger.account_in(await session.get(Ledger, "consulting"))
    assert stored == account_of([ledger.line_of(each) for each in await _lines(database)])


async def test_who_only_says_to_be_a_contact_is_met_by_the_team(
    database: Database, settings: Settings, maja: str, noam: str
) -> None:
    desk, visitor = await _owned_by_kari(database, settings, verified_at=None)
    async with database.transaction() as session:
        offered = await service.openings(
            session, visitor, Interval(NINE, at("12 11:00")), desk=desk, now=NOW
        )
        held = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert {each.advisors for each in offered.openings} == {("maja", "noam")}
    assert held.advisor == "maja"


async def _owned_by_kari(
    database: Database, settings: Settings, *, verified_at: datetime | None
) -> tuple[Desk, str]:
    """A visitor who is, as they say or as they proved, a contact that Kari looks after."""
    await make_advisor(database, "kari")
    route = Route(id="r", when=ALWAYS, advisors=("maja", "noam"), choose="owner_first")
    desk = a_desk(settings, a_playbook([route]))
    visitor = await make_conversation(database)
    async with database.transaction() as session:
        values = {"name": "Robin", "emails": ["robin@testalabs.io"], "owner": "Kari@Polaris.test"}
        contact = await contacts.create(session, values, by="test", now=NOW)
        assert isinstance(contact, Contact)
        session.add(
            IdentityClaim(
                conversation_id=visitor,
                contact_id=contact.id,
                matched_by="email",
                at=NOW,
                verified_at=verified_at,
            )
        )
    return desk, visitor


async def test_the_owner_of_a_proved_contact_is_offered_first_then_the_team(
    database: Database, settings: Settings, maja: str, noam: str
) -> None:
    desk, visitor = await _owned_by_kari(database, settings, verified_at=NOW)
    morning = Interval(NINE, at("12 11:00"))
    async with database.transaction() as session:
        offered = await service.openings(session, visitor, morning, desk=desk, now=NOW)
        held = await service.hold(session, visitor, NINE, desk=desk, now=NOW)
    assert {each.advisors for each in offered.openings} == {("kari",)}
    assert held.advisor == "kari"
    (line,) = await _lines(database)
    assert (line.weights, line.reason["because"]) == ({}, "the owner of the visitor's contact")
    async with database.transaction() as session:
        away = Interval(NINE, at("12 11:00"))
        await advisors.add_time_off(session, "kari", away, now=NOW)
        offered = await service.openings(session, visitor, morning, desk=desk, now=NOW)
        held = await service.hold(session, visitor, TEN, desk=desk, now=NOW)
    assert {each.advisors for each in offered.openings} == {("maja", "noam")}
    assert held.advisor == "maja"


async def test_the_command_shows_the_ledger_and_plays_it_again(
    database: Database, desk: Desk, maja: str, noam: str
) -> None:
    for start in (NINE, TEN):
        await _held(database, desk, start)
    async with database.reading() as session:
        shown = await ledger_commands._shown(session, "consulting", 20, Clock(NOW))
        checked = await ledger_commands._checked(session, "consulting", Clock(NOW))
    assert [line["advisor"] for line in shown["lines"]] == ["maja", "noam"]
    assert (checked["lines"], checked["wrong"], checked["account_agrees"]) == (2, [], True)
    async with database.transaction() as session:
        await session.execute(
            update(LedgerLine).where(LedgerLine.number == 2).values(advisor_id="maja")
        )
    async with database.reading() as session:
        checked = await ledger_commands._checked(session, "consulting", Clock(NOW))
    assert checked["wrong"] == [{"line": 2, "chosen": "maja", "expected": "noam"}]
    assert not checked["account_agrees"]
