"""What the records do when news comes: handlers of the outbox, named in app.py."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.turn import Answer
from crm_bridge.activities import service as activities
from crm_bridge.calendars import service as advisors
from crm_bridge.chat import offers
from crm_bridge.chat.facts import Shelf
from crm_bridge.contacts import service as contacts
from crm_bridge.conversations import service as conversations
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import AnyRow, Database
from crm_bridge.core.errors import NotFound
from crm_bridge.core.outbox import Event
from crm_bridge.core.written_time import written
from crm_bridge.deals import service as deals
from crm_bridge.deals.pipeline import MEETING
from crm_bridge.routing.handover import OCCASION, hand_over
from crm_bridge.routing.qualify import deal_amount, deal_name
from crm_bridge.tickets import service as tickets
from playbook.model import Playbook


class _Follower(ABC):
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def __call__(self, event: Event) -> None:
        conversation_id = event.data.get("conversation")
        if not conversation_id:
            return
        async with self._database.transaction() as session:
            await self.follow(session, conversation_id, event, now=self._clock.now())

    @abstractmethod
    async def follow(
        self, session: AsyncSession, conversation_id: str, event: Event, *, now: datetime
    ) -> None:
        """Bring the records in step with the event."""


class AnswersFollower:
    """conversation.answered: the deal and the ticket learn who the visitor is, which may be
    told in the very turn that opened them. Most answers change nothing of either, so that is
    found out first."""

    def __init__(self, database: Database, clock: Clock, playbooks: Shelf) -> None:
        self._database = database
        self._clock = clock
        self._playbooks = playbooks

    async def __call__(self, event: Event) -> None:
        conversation_id = event.data.get("conversation", "")
        async with self._database.quick(readonly=True) as quick:
            deal = await deals.row_of_conversation(quick, conversation_id)
            ticket = await tickets.row_of_occasion(quick, f"{OCCASION}:{conversation_id}")
            if deal is None and ticket is None:
                return
            try:
                conversation = await conversations.row(quick, conversation_id)
            except NotFound:  # erased meanwhile
                return
            answers = await conversations.answers(quick, conversation_id)
            who = await contacts.claimed_row(quick, conversation_id)
        published = await self._playbooks.get(conversation.playbook, conversation.version)
        of_deal = _changed(deal, _of_deal(published.playbook, answers, who))
        of_ticket = _changed(ticket, {} if who is None else {"contact_id": who.id})
        if of_deal or of_ticket:
            with suppress(NotFound):  # erased meanwhile
                await self._write(deal, of_deal, ticket, of_ticket)

    async def _write(
        self,
        deal: AnyRow | None,
        of_deal: Mapping[str, Any],
        ticket: AnyRow | None,
        of_ticket: Mapping[str, Any],
    ) -> None:
        now = self._clock.now()
        async with self._database.transaction() as session:
            if deal is not None and of_deal:
                await deals.update(session, deal.id, of_deal, now=now)
            if ticket is not None and of_ticket:
                await tickets.update(session, ticket.id, of_ticket, now=now)


def _of_deal(
    playbook: Playbook, answers: Mapping[str, Answer], who: AnyRow | None
) -> dict[str, Any]:
    """What answers say of a deal."""
    amount = deal_amount(playbook, answers)
    said = {
        "name": deal_name(playbook, answers),
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
    }
    return said if who is None else {**said, "contact_id": who.id, "company_id": who.company_id}


def _changed(record: AnyRow | None, values: Mapping[str, Any]) -> dict[str, Any]:
    if record is None:
        return {}
    return {name: value for name, value in values.items() if getattr(record, name) != value}


class HandoverFollower(_Follower):
    """conversation.handover_requested: the ticket is there even when the house could not
    open it while the visitor was waiting."""

    async def follow(
        self, session: AsyncSession, conversation_id: str, event: Event, *, now: datetime
    ) -> None:
        if await tickets.of_occasion(session, f"{OCCASION}:{conversation_id}") is None:
            try:
                await hand_over(session, conversation_id, event.data.get("reason", ""), now=now)
            except NotFound:  # erased meanwhile
                return


class OffersFollower(_Follower):
    """conversation.opt_in_given, conversation.opt_out_given: what was said stands at the contact
    too, as said by somebody who has or has not proved to be it."""

    async def follow(
        self, session: AsyncSession, conversation_id: str, event: Event, *, now: datetime
    ) -> None:
        if (contact := await contacts.claimed_contact(session, conversation_id)) is None:
            return  # it is brought there with the address
        proved = await contacts.proved_contact(session, conversation_id)
        await offers.stand_at_contact(
            session, conversation_id, contact.id, verified=proved is not None
        )


class BookingFollower(_Follower):
    """booking.confirmed, booking.moved, booking.cancelled, booking.no_show, booking.came: the
    deal moves on, and the meeting stands among the activities, on its advisor's clock. Seen
    twice, it is logged once."""

    SAID = {
        "booking.confirmed": "Meeting booked",
        "booking.moved": "Meeting moved",
        "booking.cancelled": "Meeting cancelled",
        "booking.no_show": "The visitor did not come",
        "booking.came": "The visitor came after all",
    }

    async def follow(
        self, session: AsyncSession, conversation_id: str, event: Event, *, now: datetime
    ) -> None:
        deal = await deals.of_conversation(session, conversation_id)
        contact = await contacts.claimed_contact(session, conversation_id)
        logged = await activities.log_once(
            session,
            f"act_{event.id.removeprefix('evt_')}",  # in order of time among the others
            kind="meeting",
            subject=f"{self.SAID[event.name]}: {await _when(session, event)}",
            contact_id=contact.id if contact else None,
            conversation_id=conversation_id,
            deal_id=deal.id if deal else None,
            booking_id=event.data.get("booking"),
            now=now,
        )
        if logged and deal is not None and event.name == "booking.confirmed":
            await deals.move_to_stage(session, deal.id, MEETING, now=now, only_forward=True)


async def _when(session: AsyncSession, event: Event) -> str:
    """When the meeting is, for a person: activities are read here and in the CRM."""
    known = await advisors.list_advisors(session, [event.data["advisor"]])
    return written(event.data["start"], known[0].timezone if known else "UTC")
