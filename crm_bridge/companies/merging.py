"""Two companies become one, and two again: whatever names the one that goes (contacts, deals,
domains) names the other from then on, and `undo` puts everything back that nobody has touched
since.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, delete
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service
from crm_bridge.companies.merge import WHOLE, given_back, taken_over
from crm_bridge.companies.models import Company, CompanyMerge
from crm_bridge.companies.name import compared
from crm_bridge.core.errors import Conflict, Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.outbox import announce
from crm_bridge.core.references import point_back, repoint
from parsing.fold import fold


class CompanyMergeUnknown(NotFound):
    code = "company_merge_unknown"


class CompanyMergeUndone(Conflict):
    code = "company_merge_undone"


class SameCompany(Invalid):
    code = "same_company"


async def merge(
    session: AsyncSession,
    kept_id: str,
    gone_id: str,
    *,
    reasons: Sequence[str] = (),
    by: str,
    now: datetime,
) -> CompanyMerge:
    """Merge `gone_id` into `kept_id`. Announces company.merged. Which registers were asked
    about the one that goes is forgotten.

    Raises CompanyUnknown, and SameCompany when the two are one already.
    """
    if kept_id == gone_id:
        raise SameCompany("a company cannot be merged with itself")
    kept, gone = await service.get(session, kept_id), await service.get(session, gone_id)
    before, went = _columns(kept), _columns(gone)
    changes = taken_over(before, went)
    at = (gone.created_at.isoformat(), gone.updated_at.isoformat())
    moved = await repoint(session, "company_id", gone_id, kept_id)
    await session.execute(delete(Company).where(Company.id == gone_id))
    session.expunge(gone)
    _set(kept, changes, now=now)
    undo = {
        "company": went,
        "at": at,
        "moved": moved,
        "before": {field: before[field] for field in changes},
        "taken": changes,
    }
    made = CompanyMerge(
        id=new_id("cmg"),
        kept_id=kept_id,
        gone_id=gone_id,
        undo=undo,
        reasons=list(reasons),
        by=by,
        at=now,
    )
    session.add(made)
    await session.flush()
    await session.refresh(kept, ["domains"])
    data = {"company_id": kept_id, "gone_id": gone_id, "merge_id": made.id}
    announce(session, "company.merged", data, now=now, subject_id=kept_id)
    return made


async def undo(session: AsyncSession, merge_id: str, *, now: datetime) -> Company:
    """Part two companies again; gives the one that comes back, under its own id.

    What was written to the kept company after the merge stays there. Announces
    company.unmerged. Raises CompanyMergeUnknown or CompanyMergeUndone.
    """
    made = await session.get(CompanyMerge, merge_id)
    if made is None:
        raise CompanyMergeUnknown(f"there is no merge {merge_id}")
    if made.undone_at is not None:
        raise CompanyMergeUndone(f"{merge_id} was undone already")
    kept = await service.get(session, made.kept_id)
    back = _restored(made)
    session.add(back)
    await session.flush()
    await point_back(session, "company_id", made.gone_id, made.kept_id, made.undo["moved"])
    _set(kept, given_back(_columns(kept), made.undo["before"], made.undo["taken"]), now=now)
    made.undone_at, made.undo = now, {}
    await session.flush()
    for company in (kept, back):
        await session.refresh(company, ["domains"])
    data = {"company_id": kept.id, "gone_id": back.id, "merge_id": merge_id}
    announce(session, "company.unmerged", data, now=now, subject_id=kept.id)
    return back


async def forget(session: AsyncSession, conversation_ids: Sequence[str]) -> None:
    """Forget what merges remember of companies that were first named in these conversations:
    those merges can no longer be taken back."""
    for conversation_id in conversation_ids:
        named = cast(CompanyMerge.undo, String).contains(conversation_id, autoescape=True)
        await session.execute(delete(CompanyMerge).where(named))


def _columns(company: Company) -> dict[str, Any]:
    return {field: getattr(company, field) for field in WHOLE}


def _set(company: Company, values: dict[str, Any], *, now: datetime) -> None:
    for field, value in values.items():
        setattr(company, field, value)
    company.updated_at = now


def _restored(made: CompanyMerge) -> Company:
    created, updated = (datetime.fromisoformat(moment) for moment in made.undo["at"])
    values = made.undo["company"]
    return Company(
        id=made.gone_id,
        name_folded=fold(values["name"]).text,
        name_compared=compared(values["name"]),
        created_at=created,
        updated_at=updated,
        domains=[],
        **values,
    )
