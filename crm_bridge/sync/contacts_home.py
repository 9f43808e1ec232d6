"""Contacts as the sync sees them: one address, one number, the consent in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.connectors.forms import Value
from crm_bridge.connectors.vocabulary import CONSENT, DENIED, GRANTED, PROPERTY
from crm_bridge.contacts import repository as contact_repository
from crm_bridge.contacts import service as contacts
from crm_bridge.contacts.models import Contact, ContactConsent, IdentityClaim
from crm_bridge.contacts.opt_out import standing
from crm_bridge.sync.home import HomeRecord, Listed, with_properties

_COLUMNS: Final = ("name", "language", "country", "lifecycle_stage", "owner")


class ContactsHome(Listed):
    """Our contacts."""

    kind = "contacts"
    id_column = Contact.id

    async def read(
        self, session: AsyncSession, record_ids: Sequence[str], fields: Sequence[str]
    ) -> dict[str, HomeRecord]:
        """See `Home`."""
        statement = select(Contact).where(Contact.id.in_(record_ids))
        rows = (await session.scalars(statement)).all()
        consents = await _consents(session, record_ids) if CONSENT in fields else {}
        proved = await _proved(session, record_ids)
        return {row.id: _record(row, fields, consents.get(row.id), proved) for row in rows}

    async def find(self, session: AsyncSession, values: Mapping[str, Value]) -> str | None:
        """By the address alone: several people share a number or a name."""
        address = values.get("email")
        if not isinstance(address, str):
            return None
        found = await contact_repository.get_by_email(session, address)
        return found.id if found else None

    async def create(
        self, session: AsyncSession, values: Mapping[str, Value], *, by: str, now: datetime
    ) -> str:
        """See `Home`."""
        made = await contacts.create(session, _changes(values, None), by=by, now=now)
        await self._consent(session, made.id, values, by=by, now=now)
        return made.id

    async def update(
        self,
        session: AsyncSession,
        record_id: str,
        values: Mapping[str, Value],
        *,
        by: str,
        now: datetime,
    ) -> None:
        """See `Home`. An address or number that the CRM replaced stays as a further one."""
        contact = await contacts.get(session, record_id)
        changes = _changes(values, contact)
        if changes:
            await contacts.update(session, record_id, changes, by=by, now=now)
        await self._consent(session, record_id, values, by=by, now=now)

    async def _consent(
        self,
        session: AsyncSession,
        contact_id: str,
        values: Mapping[str, Value],
        *,
        by: str,
        now: datetime,
    ) -> None:
        said = values.get(CONSENT)
        if said is None:
            return
        await contacts.record_consent(
            session,
            contact_id=contact_id,
            conversation_id=None,
            purpose="marketing",
            granted=said == GRANTED,
            text=f"as the CRM has it ({by})",
            version=by,
            language="en",
            now=now,
        )


async def _consents(
    session: AsyncSession, record_ids: Sequence[str]
) -> dict[str, tuple[bool, datetime]]:
    """The word of each contact on marketing that counts."""
    statement = (
        select(ContactConsent)
        .where(ContactConsent.contact_id.in_(record_ids), ContactConsent.purpose == "marketing")
        .order_by(ContactConsent.contact_id, ContactConsent.at, ContactConsent.id)
    )
    rows = await session.scalars(statement)
    words = {one: standing(said) for one, said in groupby(rows, lambda row: row.contact_id)}
    return {one: (word.granted, word.at) for one, word in words.items() if one and word}


async def _proved(session: AsyncSession, record_ids: Sequence[str]) -> set[str]:
    """The conversations whose visitor proved to be one of these contacts."""
    statement = select(IdentityClaim.conversation_id).where(
        IdentityClaim.contact_id.in_(record_ids), IdentityClaim.verified_at.is_not(None)
    )
    return set((await session.scalars(statement)).all())


def _record(
    row: Contact,
    fields: Sequence[str],
    consent: tuple[bool, datetime] | None,
    proved: set[str],
) -> HomeRecord:
    values: dict[str, Value] = {}
    stamps: dict[str, Any] = {}
    for name in fields:
        if name == "email":
            values[name] = row.emails[0].address if row.emails else None
            stamps[name] = row.provenance.get("emails") or _first(row.emails)
        elif name == "phone":
            values[name] = row.phones[0].number if row.phones else None
            stamps[name] = row.provenance.get("phones") or _first(row.phones)
        elif name == CONSENT:
            values[name] = (GRANTED if consent[0] else DENIED) if consent else None
            stamps[name] = {"at": consent[1].isoformat(), "by": ""} if consent else None
        elif name.startswith(PROPERTY):
            values[name] = row.properties.get(name.removeprefix(PROPERTY))
            stamps[name] = row.provenance.get(name) or row.provenance.get("properties")
        else:
            values[name] = getattr(row, name)
            stamps[name] = row.provenance.get(name)
    known = {name: stamp for name, stamp in stamps.items() if stamp}
    return HomeRecord(
        id=row.id,
        values=values,
        changed_at={name: datetime.fromisoformat(stamp["at"]) for name, stamp in known.items()},
        claimed=frozenset(name for name, stamp in known.items() if _is_claim(stamp["by"], proved)),
    )


def _first(rows: Sequence[Any]) -> dict[str, str] | None:
    return {"by": rows[0].added_by, "at": rows[0].added_at.isoformat()} if rows else None


def _is_claim(by: str, proved: set[str]) -> bool:
    kind, _, conversation_id = by.partition(":")
    return kind in ("conversation", "derived") and conversation_id not in proved


def _changes(values: Mapping[str, Value], contact: Contact | None) -> dict[str, Any]:
    changes: dict[str, Any] = {name: values[name] for name in _COLUMNS if name in values}
    if changes.get("lifecycle_stage", "") is None:
        del changes["lifecycle_stage"]
    if values.get("email"):
        have = [row.typed for row in contact.emails] if contact else []
        known = [row.address for row in contact.emails] if contact else []
        rest = [typed for typed, at in zip(have, known, strict=True) if at != values["email"]]
        changes["emails"] = [values["email"], *rest]
    if values.get("phone"):
        numbers = [row.number for row in contact.phones] if contact else []
        rest = [number for number in numbers if number != values["phone"]]
        changes["phones"] = [values["phone"], *rest]
    changes |= with_properties(contact.properties if contact else {}, values)
    return changes
