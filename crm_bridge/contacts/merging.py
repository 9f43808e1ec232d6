"""Two contacts become one, and two again: whatever names the one that goes names the other
from then on, and `undo` puts everything back that nobody has touched since.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.contacts import service
from crm_bridge.contacts.merge import FIELDS, given_back, taken_over
from crm_bridge.contacts.models import Contact, ContactMerge, ContactPhone
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import announce
from crm_bridge.core.references import point_back, repoint
from parsing.fold import fold

_WHOLE: Final = (*FIELDS, "lifecycle_stage", "properties", "source", "provenance")
_OWN_TABLES: Final = ("contact_merge",)


class MergeUnknown(NotFound):
    code = "merge_unknown"


class MergeUndone(Conflict):
    code = "merge_undone"


class SameContact(Invalid):
    code = "same_contact"


async def merge(
    session: AsyncSession,
    kept_id: str,
    gone_id: str,
    *,
    reasons: Sequence[str] = (),
    by: str,
    now: datetime,
) -> ContactMerge:
    """Merge `gone_id` into `kept_id`. Announces contact.merged.

    Raises ContactUnknown, and SameContact when the two are one already.
    """
    if kept_id == gone_id:
        raise SameContact("a contact cannot be merged with itself")
    kept, gone = await service.get(session, kept_id), await service.get(session, gone_id)
    before, went = _columns(kept), _columns(gone)
    phones = [_phone(row) for row in gone.phones]
    had = {row.number for row in kept.phones}
    changes = taken_over(before, went)
    at = (gone.created_at.isoformat(), gone.updated_at.isoformat())
    moved = await repoint(session, "contact_id", gone_id, kept_id, but=_OWN_TABLES)
    await _move_phones(session, kept, gone)
    await session.execute(delete(Contact).where(Contact.id == gone_id))
    session.expunge(gone)
    _set(kept, changes, now=now)
    undo = {
        "contact": went,
        "at": at,
        "phones": phones,
        "added_numbers": [row["number"] for row in phones if row["number"] not in had],
        "moved": moved,
        "before": {field: before[field] for field in changes},
        "taken": changes,
    }
    made = ContactMerge(
        id=new_id("mrg"),
        kept_id=kept_id,
        gone_id=gone_id,
        undo=undo,
        reasons=list(reasons),
        by=by,
        at=now,
    )
    session.add(made)
    await session.flush()
    await session.refresh(kept, ["emails", "phones"])
    data = {"contact_id": kept_id, "gone_id": gone_id, "merge_id": made.id}
    announce(session, "contact.merged", data, now=now, subject_id=kept_id)
    return made


async def undo(session: AsyncSession, merge_id: str, *, now: datetime) -> Contact:
    """Part two contacts again; gives the one that comes back, under its own id.

    What was written to the kept contact after the merge stays there. Announces
    contact.unmerged. Raises MergeUnknown or MergeUndone.
    """
    made = await session.get(ContactMerge, merge_id)
    if made is None:
        raise MergeUnknown(f"there is no merge {merge_id}")
    if made.undone_at is not None:
        raise MergeUndone(f"{merge_id} was undone already")
    kept = await service.get(session, made.kept_id)
    back = _restored(made)
    session.add(back)
    await session.flush()
    await point_back(session, "contact_id", made.gone_id, made.kept_id, made.undo["moved"])
    await _move_phones_back(session, made, back)
    _set(kept, given_back(_columns(kept), made.undo["before"], made.undo["taken"]), now=now)
    made.undone_at, made.undo = now, {}
    await session.flush()
    for contact in (kept, back):
        await session.refresh(contact, ["emails", "phones"])
    data = {"contact_id": kept.id, "gone_id": back.id, "merge_id": merge_id}
    announce(session, "contact.unmerged", data, now=now, subject_id=kept.id)
    return back


def _columns(contact: Contact) -> dict[str, Any]:
    return {field: getattr(contact, field) for field in _WHOLE}


def _set(contact: Contact, values: dict[str, Any], *, now: datetime) -> None:
    for field, value in values.items():
        setattr(contact, field, value)
    if "name" in values:
        contact.name_folded = fold(contact.name or "").text
    contact.updated_at = now


def _restored(made: ContactMerge) -> Contact:
    created, updated = (datetime.fromisoformat(moment) for moment in made.undo["at"])
    values = made.undo["contact"]
    return Contact(
        id=made.gone_id,
        name_folded=fold(values["name"] or "").text,
        created_at=created,
        updated_at=updated,
        emails=[],
        phones=[],
        **values,
    )


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


async def _move_phones(session: AsyncSession, kept: Contact, gone: Contact) -> None:
    present = {row.number for row in kept.phones}
    for row in gone.phones:
        if row.number not in present:
            values = {**_phone(row), "position": len(present) + row.position}
            session.add(_as_phone(kept.id, values))
    await session.flush()


async def _move_phones_back(session: AsyncSession, made: ContactMerge, back: Contact) -> None:
    """The numbers that only the contact that went had leave the kept one."""
    added = ContactPhone.number.in_(made.undo["added_numbers"])
    await session.execute(
        delete(ContactPhone).where(ContactPhone.contact_id == made.kept_id, added)
    )
    session.add_all(_as_phone(back.id, values) for values in made.undo["phones"])
    await session.flush()
