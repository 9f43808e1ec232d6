"""What pages show of a contact: plain values, whatever the record is made of."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact
from crm_bridge.core.errors import NotFound
from crm_bridge.scoring.service import Standing, standing_of


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact as a card shows it."""

    id: str
    name: str | None
    company: str | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    language: str | None
    stage: str | None
    standing: Standing | None = None

    @classmethod
    async def of(cls, session: AsyncSession, contact: Contact) -> Self:
        """The card of a record, with its company's name."""
        company = None
        if contact.company_id:
            company = (await companies.get(session, contact.company_id)).name
        return cls(
            id=contact.id,
            name=contact.name,
            company=company,
            emails=tuple(row.address for row in contact.emails),
            phones=tuple(row.number for row in contact.phones),
            language=contact.language,
            stage=contact.lifecycle_stage,
            standing=await standing_of(session, contact.id),
        )

    @classmethod
    async def find(cls, session: AsyncSession, contact_id: str | None) -> Self | None:
        """The card of an id; None where there is none, or no longer."""
        if contact_id is None:
            return None
        try:
            return await cls.of(session, await contacts.get(session, contact_id))
        except NotFound:
            return None
