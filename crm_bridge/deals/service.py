"""What is done with deals."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.core.database import AnyRow
from crm_bridge.core.errors import Invalid, NotFound
from crm_bridge.core.ids import new_id
from crm_bridge.core.insert import add_unless_there
from crm_bridge.core.outbox import announce
from crm_bridge.core.prepared import Runner
from crm_bridge.deals import in_force, repository
from crm_bridge.deals.amount import Amount
from crm_bridge.deals.models import Deal
from crm_bridge.deals.pipeline import NEW, Pipelines
from crm_bridge.properties.service import in_form


class DealUnknown(NotFound):
    code = "deal_unknown"


class StageUnknown(Invalid):
    code = "deal_stage_unknown"


async def get(session: AsyncSession, deal_id: str) -> Deal:
    """The deal of that id. Raises DealUnknown."""
    deal = await session.get(Deal, deal_id)
    if deal is None:
        raise DealUnknown(f"there is no deal {deal_id}")
    return deal


async def row_of_conversation(on: Runner, conversation_id: str) -> AnyRow | None:
    """Of the deal that a conversation led to: id, name, amount_minor, currency, contact_id,
    company_id; None where there is none."""
    return await repository.row_of_conversation(on, conversation_id)


async def of_conversation(session: AsyncSession, conversation_id: str) -> Deal | None:
    """The deal that a conversation led to, if it led to one."""
    return await repository.get_by_conversation(session, conversation_id)


async def open_deal(
    session: AsyncSession,
    name: str,
    *,
    conversation_id: str | None = None,
    contact_id: str | None = None,
    company_id: str | None = None,
    amount: Amount | None = None,
    score: int | None = None,
    reasons: Sequence[Mapping[str, Any]] = (),
    route: str | None = None,
    pipeline: str | None = None,
    stage: str = NEW,
    owner: str | None = None,
    properties: Mapping[str, Any] | None = None,
    now: datetime,
) -> Deal:
    """The deal of a conversation: opened, or brought up to date when there is one already.

    Without `pipeline` it is opened in the first one. An open deal keeps a stage that is
    further along; one that was lost is opened again.
    Announces deal.opened once, and deal.changed when something became different.
    Raises StageUnknown or BadValue.
    """
    known = await in_force.pipelines(session)
    pipeline = pipeline or known.first
    _check_stage(known, pipeline, stage)
    deal_id = new_id("dea")
    values: dict[str, Any] = {
        "name": name,
        "contact_id": contact_id,
        "company_id": company_id,
        "amount_minor": amount.minor if amount else None,
        "currency": amount.currency if amount else None,
        "score": score,
        "reasons": [dict(reason) for reason in reasons],
        "route": route,
        "updated_at": now,
    }
    fixed: dict[str, Any] = {
        "id": deal_id,
        "conversation_id": conversation_id,
        "pipeline": pipeline,
        "stage": stage,
        "owner": owner,
        "properties": await in_form(session, "deal", properties or {}),
        "created_at": now,
    }
    opened = Deal(**fixed, **values)
    if await add_unless_there(session, opened):
        announce(session, "deal.opened", {"deal_id": deal_id}, now=now, subject_id=deal_id)
        return opened
    deal = await repository.get_by_conversation(session, conversation_id or "")
    assert deal is not None  # noqa: S101 - only its conversation can have stood in the way
    closed = known.stage_of(deal.pipeline, deal.stage)
    further = known.is_further(deal.pipeline, stage, than=deal.stage)
    if closed is None or closed.state == "lost" or further:
        values |= {"stage": stage, "closed_at": None}
    _bring_up_to_date(session, deal, values, now=now)
    return deal


def _bring_up_to_date(
    session: AsyncSession, deal: Deal, values: Mapping[str, Any], *, now: datetime
) -> None:
    told = sorted(name for name in values if name != "updated_at")
    changed = [name for name in told if getattr(deal, name) != values[name]]
    for field, value in values.items():
        setattr(deal, field, value)
    if changed:
        _announce_change(session, deal_id=deal.id, fields=changed, now=now)


def _announce_change(
    session: AsyncSession, *, deal_id: str, fields: Sequence[str], now: datetime
) -> None:
    data = {"deal_id": deal_id, "fields": list(fields)}
    announce(session, "deal.changed", data, now=now, subject_id=deal_id)


def _check_stage(known: Pipelines, pipeline: str, stage: str) -> None:
    if known.stage_of(pipeline, stage) is None:
        raise StageUnknown(f"the pipeline {pipeline} has no stage {stage}")


async def move_to_stage(
    session: AsyncSession, deal_id: str, stage: str, *, now: datetime, only_forward: bool = False
) -> Deal:
    """Move a deal to a stage of its pipeline; with `only_forward` never back.

    Announces deal.moved when it moved. Raises DealUnknown or StageUnknown.
    """
    deal = await get(session, deal_id)
    known = await in_force.pipelines(session)
    wanted = known.stage_of(deal.pipeline, stage)
    if wanted is None:
        raise StageUnknown(f"the pipeline {deal.pipeline} has no stage {stage}")
    if deal.stage == stage:
        return deal
    if only_forward and not known.is_further(deal.pipeline, stage, than=deal.stage):
        return deal
    data = {"deal_id": deal_id, "from": deal.stage, "to": stage}
    deal.stage = stage
    deal.closed_at = now if wanted.state != "open" else None
    deal.updated_at = now
    announce(session, "deal.moved", data, now=now, subject_id=deal_id)
    return deal


async def update(
    session: AsyncSession, deal_id: str, changes: Mapping[str, Any], *, now: datetime
) -> Deal:
    """Set columns of a deal by name. Announces deal.changed. Raises DealUnknown, StageUnknown
    or BadValue."""
    deal = await get(session, deal_id)
    if "properties" in changes:
        owned = await in_form(session, "deal", changes["properties"], stored=deal.properties)
        changes = {**changes, "properties": owned}
    if "pipeline" in changes:
        known = await in_force.pipelines(session)
        _check_stage(known, changes["pipeline"], changes.get("stage", deal.stage))
        deal.pipeline = changes["pipeline"]
    if "stage" in changes:
        await move_to_stage(session, deal_id, changes["stage"], now=now)
    for field, value in changes.items():
        setattr(deal, field, value)
    deal.updated_at = now
    await session.flush()
    _announce_change(session, deal_id=deal_id, fields=sorted(changes), now=now)
    return deal


async def erase(
    session: AsyncSession, conversation_ids: Sequence[str], contact_id: str | None
) -> Sequence[str]:
    """Delete the deals of these conversations and of a contact; their ids."""
    deal_ids = await repository.ids_of(session, conversation_ids, contact_id)
    await repository.remove(session, deal_ids)
    return deal_ids
