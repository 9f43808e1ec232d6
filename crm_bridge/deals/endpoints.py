"""Deals in the public API."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.companies import service as companies
from crm_bridge.contacts import service as contacts
from crm_bridge.deals import in_force, repository, service
from crm_bridge.deals.views import DealChanges, DealView, NewDeal, PipelineView
from crm_bridge.web.auth import PROBLEMS, ApiKey
from crm_bridge.web.dependencies import Now, Reading, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.pagination import PageView, Paging, page_view

router = APIRouter(
    prefix="/api/v1/deals", tags=["deals"], dependencies=[ApiKey], responses=PROBLEMS
)

Text = Annotated[str | None, Query(max_length=300)]


@router.get("", summary="Find deals")
async def list_deals(
    session: Reading,
    page: Paging,
    contact_id: Text = None,
    company_id: Text = None,
    conversation_id: Text = None,
    pipeline: Text = None,
    stage: Text = None,
    owner: Text = None,
) -> PageView[DealView]:
    """Deals that fit every filter, newest first."""
    found = await repository.list_page(
        session,
        page,
        contact_id=contact_id,
        company_id=company_id,
        conversation_id=conversation_id,
        pipeline=pipeline,
        stage=stage,
        owner=owner,
    )
    return page_view(found, DealView.of)


@router.get("/pipelines", summary="The pipelines and their stages")
async def list_pipelines(session: Reading) -> list[PipelineView]:
    """Every pipeline, the chat's own first, with its stages in order."""
    return PipelineView.all_of(await in_force.pipelines(session))


@router.post("", status_code=201, summary="Open a deal")
async def add_deal(new: NewDeal, session: Transaction, now: Now, once: Once) -> DealView:
    """Open a deal by hand."""

    async def work() -> DealView:
        await _check_links(session, new)
        deal = await service.open_deal(
            session,
            new.name,
            contact_id=new.contact_id,
            company_id=new.company_id,
            amount=new.money(),
            pipeline=new.pipeline,
            stage=new.stage,
            owner=new.owner,
            properties=new.properties,
            now=now,
        )
        return DealView.of(deal)

    return await once.answer(session, DealView, work)


@router.get("/{deal_id}", summary="One deal")
async def get_deal(deal_id: str, session: Reading) -> DealView:
    """A deal."""
    return DealView.of(await service.get(session, deal_id))


@router.patch("/{deal_id}", summary="Change a deal")
async def change_deal(
    deal_id: str, changes: DealChanges, session: Transaction, now: Now, once: Once
) -> DealView:
    """Set the fields that were sent. A new stage is announced (`deal.moved`)."""

    async def work() -> DealView:
        await _check_links(session, changes)
        return DealView.of(await service.update(session, deal_id, changes.given(), now=now))

    return await once.answer(session, DealView, work)


async def _check_links(session: AsyncSession, changes: DealChanges) -> None:
    if changes.contact_id is not None:
        await contacts.get(session, changes.contact_id)
    if changes.company_id is not None:
        await companies.get(session, changes.company_id)
