"""Holding and booking over the API: for a conversation, or for a contact that is named."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.booking import HoldView
from crm_bridge.booking import confirm as confirming
from crm_bridge.booking import hold as holding
from crm_bridge.booking import repository, scope, service, visitor
from crm_bridge.booking.desk import Desk
from crm_bridge.booking.models import Booking
from crm_bridge.booking.views import ContactGiven, NewBooking, NewHold
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.email_address import normalise_email
from crm_bridge.conversations import service as conversations
from crm_bridge.core.errors import Invalid


class ContactMissing(Invalid):
    code = "contact_missing"


async def hold(session: AsyncSession, new: NewHold, *, desk: Desk, now: datetime) -> HoldView:
    """Hold an opening. Raises NotFound, OpeningTaken or TooManyHolds."""
    if new.conversation_id is not None:
        conversation = await conversations.get(session, new.conversation_id)
        wanted = await scope.of_conversation(session, conversation, desk)
        if new.advisor:
            wanted = scope.of_advisor(new.advisor, wanted)
    else:
        wanted = await scope.of_api(session, desk, playbook=new.playbook, advisor=new.advisor)
    held = await holding.hold(
        session, wanted, new.start, conversation_id=new.conversation_id, desk=desk, now=now
    )
    return await service.hold_view(session, held)


async def book(session: AsyncSession, new: NewBooking, *, desk: Desk, now: datetime) -> Booking:
    """Book a hold. Raises ContactMissing, BadEmail, HoldExpired or OpeningTaken."""
    held = await repository.get_by_hold(session, new.hold)
    conversation = None
    if held is not None and held.conversation_id is not None:
        conversation = await conversations.get(session, held.conversation_id)
    if new.contact is not None:
        person = _person(new.contact)
        contact_id = await _contact(session, new.contact, now=now)
    elif conversation is not None:
        person = await visitor.of_conversation(session, conversation)
        contact_id = conversation.contact_id
    else:
        raise ContactMissing("this hold belongs to no conversation: say whom the meeting is with")
    within = await scope.of_booking(session, held, desk) if held is not None else None
    return await confirming.confirm(
        session,
        new.hold,
        scope=within,
        visitor=person,
        contact_id=contact_id,
        desk=desk,
        now=now,
    )


def _person(given: ContactGiven) -> dict[str, Any]:
    if not given.email.strip() and not (given.phone or "").strip():
        raise ContactMissing("a contact needs an e-mail address or a phone number")
    if given.email.strip():
        normalise_email(given.email)
    return {**given.model_dump(), "email": given.email.strip() or None, "locale": None}


async def _contact(session: AsyncSession, given: ContactGiven, *, now: datetime) -> str | None:
    """The contact of that address or number, made where there is none."""
    found = await contacts.find(session, email=given.email, phone=given.phone)
    if found:
        return found[0].contact.id
    values: dict[str, Any] = {"name": given.name or None, "language": given.language}
    if given.email.strip():
        values["emails"] = [given.email]
    if given.phone:
        values["phones"] = [given.phone]
    return (await contacts.create(session, values, by="api:booking", now=now)).id
