"""Everything that is kept about one person, as JSON that another system can read."""

import asyncio
from base64 import b64encode
from datetime import datetime
from typing import Any

from pydantic import Base64Bytes, BaseModel
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
from crm_bridge.files import repository as files
from crm_bridge.files.folder import Folder
from crm_bridge.files.models import FileRow
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


class FileView(BaseModel):
    """A file as it was uploaded, its contents in base 64; null where they are gone."""

    id: str
    conversation_id: str
    question: str
    name: str
    type: str
    bytes: int
    at: datetime
    contents: Base64Bytes | None


class PersonExport(BaseModel):
    """One person: the contact with its consents, the company, and all that was said, booked
    and noted. Instants are ISO 8601 in UTC."""

    exported_at: datetime
    contact: ContactCard
    company: CompanyView | None
    conversations: list[ConversationView]
    agreements: list[AgreementView]
    files: list[FileView]
    deals: list[DealView]
    tickets: list[TicketView]
    activities: list[ActivityView]
    meetings: list[MeetingView]


async def export_contact(
    session: AsyncSession, contact_id: str, *, folder: Folder, now: datetime
) -> PersonExport:
    """Everything about a contact; `folder` has the contents of files. Raises ContactUnknown."""
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
        files=await _files(session, found.conversation_ids, folder),
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


async def _files(
    session: AsyncSession, conversation_ids: tuple[str, ...], folder: Folder
) -> list[FileView]:
    rows = [
        row
        for conversation_id in conversation_ids
        for row in await files.of_conversation(session, conversation_id)
    ]
    return [await asyncio.to_thread(_file, row, folder) for row in rows]


def _file(row: FileRow, folder: Folder) -> FileView:
    path = folder.path_of(row.conversation_id, row.stored)
    contents = b64encode(path.read_bytes()) if path.is_file() else None
    return FileView(
        id=row.id,
        conversation_id=row.conversation_id,
        question=row.question,
        name=row.name,
        type=row.type,
        bytes=row.bytes,
        at=row.at,
        contents=contents,
    )


async def _agreements(
    session: AsyncSession, conversation_ids: tuple[str, ...]
) -> list[AgreementView]:
    return [
        AgreementView.model_validate(row, from_attributes=True)
        for conversation_id in conversation_ids
        for row in await conversations.consents(session, conversation_id)
    ]
