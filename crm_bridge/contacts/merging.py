"""Contacts that are one person: what merging has to know of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import duplicates, service
from crm_bridge.contacts.merge import WHOLE, taken_over
from crm_bridge.contacts.models import Contact, ContactMerge, ContactPhone, DuplicateSuggestion
from crm_bridge.merging.kind import Kind
from crm_bridge.merging.models import MergeRow
from parsing.fold import fold


class _Phones:
    """Numbers stand under their contact's id: what both have is one row afterwards."""

    async def move(self, session: AsyncSession, kept: Contact, gone: Contact) -> dict[str, Any]:
        """The numbers of the one that goes that the other lacks become its own."""
        had = {row.number for row in kept.phones}
        added = [row for row in gone.phones if row.number not in had]
        for place, row in enumerate(added, start=len(had)):
            session.add(_as_phone(kept.id, {**_phone(row), "position": place}))
        await session.flush()
        return {
            "phones": [_phone(row) for row in gone.phones],
            "added_numbers": [row.number for row in added],
        }

    async def move_back(self, session: AsyncSession, made: MergeRow, back: Contact) -> None:
        """The numbers that only the contact that went had leave the kept one."""
        added = ContactPhone.number.in_(made.undo["added_numbers"])
        await session.execute(
            delete(ContactPhone).where(ContactPhone.contact_id == made.kept_id, added)
        )
        session.add_all(_as_phone(back.id, values) for values in made.undo["phones"])
        await session.flush()


def _phone(row: ContactPhone) -> dict[str, Any]:
    return {
        "number": row.number,
        "typed": row.typed,
        "position": row.position,
        "added_by": row.added_by,
        "added_at": row.added_at.isoformat(),
        "verified_at": row.verified_at.isoformat() if row.verified_at else None,
    }


def _as_phone(contact_id: str, values: dict[str, Any]) -> ContactPhone:
    moments = {
        name: datetime.fromisoformat(values[name]) if values[name] else None
        for name in ("added_at", "verified_at")
    }
    return ContactPhone(contact_id=contact_id, **{**values, **moments})


def _derived(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"name_folded": fold(values["name"] or "").text}


CONTACTS: Final = Kind(
    word="contact",
    record=Contact,
    merge=ContactMerge,
    merge_prefix="mrg",
    suggestion=DuplicateSuggestion,
    suggestion_prefix="dup",
    get=service.get,
    whole=WHOLE,
    taken_over=taken_over,
    derived=_derived,
    relations=("emails", "phones"),
    read=duplicates.described,
    compare=duplicates.pairs,
    parts=_Phones(),
)
