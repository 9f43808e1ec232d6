"""Everything that is kept about one person, as JSON that another system can read."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities.views import ActivityView
from crm_bridge.companies import service as companies
from crm_bridge.companies.views import CompanyView
from crm_bridge.contacts import repository as contacts
from crm_bridge.contacts import service as contact_service
from crm_bridge.contacts.views import ConsentView, ContactCard, ContactView
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.views import AnswerView, ConversationSummary, ConversationView
from crm_bridge.core.errors import NotFound
from crm_bridge.deals import service as deals
from crm_bridge.deals.views import DealView
from crm_bridge.privacy import repository, traces
from crm_bridge.tickets import service as tickets
from crm_bridge.tickets.views import TicketView


class AgreementView(BaseModel):
    """What was agreed to in a chat, in the words shown."""

    conversation_id: str
    purpose: str
    version: str
    language: str
    text: str
    how: str
    at: datetime
    withdrawn_at: datetime | None


class MeetingView(BaseModel):
    """A meeting with its visitor's details as they were given."""

    id: str
    status: str
    start: datetime
    end: datetime
    advisor: str
    visitor: dict[str, Any]
    created_at: datetime


class PersonExport(BaseModel):
    """One person: the contact with its consents, the company, and all that was said, booked
    and noted. Instants are ISO 8601 in UTC."""

    exported_at: datetime
    contact: ContactCard
    company: CompanyView | None
    conversations: list[ConversationView]
    agreements: list[AgreementView]
    deals: list[DealView]
    tickets: list[TicketView]
    activities: list[ActivityView]
    meetings: list[MeetingView]


async def export_contact(session: AsyncSession, contact_id: str, *, now: datetime) -> PersonExport:
    """Everything about a contact. Raises ContactUnknown."""
    found = await traces.of_contact(session, contact_id)
    contact = await contact_service.get(session, contact_id)
    consents = await contacts.consents_of(session, contact_id)
    logged = await repository.activities_of(session, found.conversation_ids, contact_id)
    booked = await repository.bookings_of(session, found.booking_ids)
    return PersonExport(
        exported_at=now,
        contact=ContactCard(
            **ContactView.of(contact).model_dump(),
            consents=[ConsentView.of(row) for row in consents],
        ),
        company=await _company(session, contact.company_id),
        conversations=await _conversations(session, found.conversation_ids),
        agreements=await _agreements(session, found.conversation_ids),
        deals=[DealView.of(await deals.get(session, deal_id)) for deal_id in found.deal_ids],
        tickets=[
            TicketView.of(await tickets.get(session, ticket_id)) for ticket_id in found.ticket_ids
        ],
        activities=[ActivityView.of(row) for row in logged],
        meetings=[
            MeetingView(
                id=row.id,
                status=row.status,
                start=row.start_at,
                end=row.end_at,
                advisor=row.advisor_id,
                visitor=row.visitor,
                created_at=row.created_at,
            )
            for row in booked
        ],
    )


async def _company(session: AsyncSession, company_id: str | None) -> CompanyView | None:
    if company_id is None:
        return None
    return CompanyView.of(await companies.get(session, company_id))


async def _conversations(
    session: AsyncSession, conversation_ids: tuple[str, ...]
) -> list[ConversationView]:
    views = []
    for conversation_id in conversation_ids:
        try:
            row = await conversations.get(session, conversation_id)
        except NotFound:
            continue
        answers = await conversations.answers(session, conversation_id)
        events, news = await conversations.events(session, conversation_id)
        views.append(
            ConversationView(
                **ConversationSummary.of(row).model_dump(),
                answers={question: AnswerView.of(answer) for question, answer in answers.items()},
                events=events,
                news=news,
            )
        )
    return views


async def _agreements(
    session: AsyncSession, conversation_ids: tuple[str, ...]
) -> list[AgreementView]:
    return [
        AgreementView.model_validate(row, from_attributes=True)
        for conversation_id in conversation_ids
        for row in await conversations.consents(session, conversation_id)
    ]
