"""Activities in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.activities import repository, service
from crm_bridge.activities.service import Kind
from crm_bridge.activities.views import ActivityChanges, ActivityView, NewActivity
from crm_bridge.contacts import service as contacts
from crm_bridge.deals import service as deals
from crm_bridge.tickets import service as tickets
from crm_bridge.web.auth import PROBLEMS, ApiKey, CallerKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(
    prefix="/api/v1/activities", tags=["activities"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("", summary="Find activities")
async def list_activities(
    session: Reading,
    page: Paging,
    kind: Kind | None = None,
    contact_id: Text = None,
    conversation_id: Text = None,
    deal_id: Text = None,
    ticket_id: Text = None,
) -> PageView[ActivityView]:
    """Activities that fit every filter, newest first."""
    found = await repository.list_page(
        session,
        page,
        kind=kind,
        contact_id=contact_id,
        conversation_id=conversation_id,
        deal_id=deal_id,
        ticket_id=ticket_id,
    )
    return page_view(found, ActivityView.of)


@router.post("", status_code=201, summary="Log an activity")
async def add_activity(
    new: NewActivity, session: Transaction, now: Now, once: Once, caller: CallerKey
) -> ActivityView:
    """Write down a note, call, mail, chat or meeting."""

    async def work() -> ActivityView:
        await _check_links(session, new)
        author = f"api:{caller.key_id}"
        logged = await service.log_activity(session, **new.model_dump(), author=author, now=now)
        return ActivityView.of(logged)

    return await once.answer(session, ActivityView, work)


@router.get("/{activity_id}", summary="One activity")
async def get_activity(activity_id: str, session: Reading) -> ActivityView:
    """An activity."""
    return ActivityView.of(await service.get(session, activity_id))


@router.patch("/{activity_id}", summary="Change an activity")
async def change_activity(
    activity_id: str, changes: ActivityChanges, session: Transaction, once: Once
) -> ActivityView:
    """Set the fields that were sent."""

    async def work() -> ActivityView:
        return ActivityView.of(await service.update(session, activity_id, changes.given()))

    return await once.answer(session, ActivityView, work)


async def _check_links(session: AsyncSession, new: NewActivity) -> None:
    if new.contact_id is not None:
        await contacts.get(session, new.contact_id)
    if new.deal_id is not None:
        await deals.get(session, new.deal_id)
    if new.ticket_id is not None:
        await tickets.get(session, new.ticket_id)
