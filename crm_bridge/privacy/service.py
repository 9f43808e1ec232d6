"""Erase one person: every table, stored answer, news and mail file, in one transaction.

The bot's memory of a conversation goes by a handler of conversation.erased, which tries
until it is done.
"""

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities import service as activities
from crm_bridge.booking import service as bookings
from crm_bridge.chat import service as chat
from crm_bridge.companies import merging as company_merging
from crm_bridge.companies import service as companies
from crm_bridge.contacts import service as contacts
from crm_bridge.core.outbox import announce
from crm_bridge.deals import service as deals
from crm_bridge.privacy import mail_files, repository, traces
from crm_bridge.privacy.traces import Traces
from crm_bridge.sync import erase as sync
from crm_bridge.tickets import service as tickets
from crm_bridge.web import idempotency

CLAIMED = "A visitor who could not be verified asked to be erased: is it this contact's wish?"


async def erase_contact(
    session: AsyncSession, contact_id: str, *, mail_folder: Path, now: datetime
) -> Traces:
    """Erase a contact and everything about it; gives what was erased. Raises ContactUnknown."""
    found = await traces.of_contact(session, contact_id)
    await _erase(session, found, mail_folder=mail_folder, now=now)
    return found


async def erase_conversation(
    session: AsyncSession, conversation_id: str, *, mail_folder: Path, now: datetime
) -> Traces:
    """Erase all that the visitor of a conversation left; gives what was erased. Idempotent.

    A contact that was there before and that the visitor has not proved to be stays as it
    is: a ticket asks a person to find out whose wish it was.
    """
    found = await traces.of_conversation(session, conversation_id)
    for contact_id in found.kept_contact_ids:
        await contacts.withdraw(session, contact_id, conversation_id, now=now)
    await _erase(session, found, mail_folder=mail_folder, now=now)
    for contact_id in found.kept_contact_ids:
        await tickets.open_ticket(
            session,
            CLAIMED,
            contact_id=contact_id,
            occasion=f"erasure:{contact_id}",
            now=now,
        )
    return found


async def expire_conversation(
    session: AsyncSession, conversation_id: str, *, mail_folder: Path, now: datetime
) -> None:
    """Forget what was said in a conversation whose time is over. The contact, its consents
    and the deal that came of it stay: they have a time of their own."""
    await contacts.forget_proof(session, conversation_id)
    await chat.erase(session, conversation_id, now=now)
    data = {"conversation": conversation_id}
    announce(session, "conversation.erased", data, now=now, subject_id=conversation_id)
    marks = mail_files.of_conversations([conversation_id])
    await asyncio.to_thread(mail_files.forget, mail_folder, marks)


async def _erase(session: AsyncSession, found: Traces, *, mail_folder: Path, now: datetime) -> None:
    """The order matters: news first, so that what the domains announce now is kept;
    companies after their contacts."""
    conversation_ids, contact_id = found.conversation_ids, found.contact_id
    await repository.delete_news(session, found.record_ids, before=now)
    await repository.forget_faults(session, [*found.addresses, *found.numbers, *found.names])
    await idempotency.erase(session, found.record_ids)
    await bookings.erase(session, conversation_ids, contact_id, now=now)
    await activities.erase(session, conversation_ids, contact_id)
    await deals.erase(session, conversation_ids, contact_id)
    await tickets.erase(session, conversation_ids, contact_id)
    await sync.erase(
        session, found.record_ids, addresses=found.addresses, numbers=found.numbers, now=now
    )
    await contacts.erase(session, conversation_ids, contact_id)
    await companies.erase(session, found.company_ids)
    await company_merging.forget(session, conversation_ids)
    for conversation_id in conversation_ids:
        await chat.erase(session, conversation_id, now=now)
        data = {"conversation": conversation_id}
        announce(session, "conversation.erased", data, now=now, subject_id=conversation_id)
    marks = found.marks | mail_files.of_conversations(conversation_ids)
    await asyncio.to_thread(mail_files.forget, mail_folder, marks)


async def request_erasure(session: AsyncSession, conversation_id: str, *, now: datetime) -> None:
    """Have a conversation erased as soon as the bot has said its last word in it."""
    data = {"conversation": conversation_id}
    name = "conversation.erasure_requested"
    announce(session, name, data, now=now, subject_id=conversation_id)
