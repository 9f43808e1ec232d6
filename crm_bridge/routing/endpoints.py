"""What the dialogue asks the house to decide: the outcome, and a person."""

from typing import Annotated

from fastapi import APIRouter, Body

from contracts.dialogue import HandoverRequest, HandoverView, QualificationView, QualifyRequest
from crm_bridge.routing import handover, qualify
from crm_bridge.web.dependencies import Now, Transaction
from crm_bridge.web.idempotency import Once
from crm_bridge.web.internal import Internal

router = APIRouter(
    prefix="/internal/v1/conversations",
    tags=["internal"],
    dependencies=[Internal],
    include_in_schema=False,
)


@router.post("/{conversation_id}/qualify")
async def qualify_conversation(
    conversation_id: str,
    session: Transaction,
    now: Now,
    once: Once,
    request: Annotated[QualifyRequest | None, Body()] = None,
) -> QualificationView:
    """The outcome of the interview, with its reasons; 409 `answers_missing`."""

    async def work() -> QualificationView:
        changes = request.answers if request else ()
        return await qualify.qualify(session, conversation_id, changes, now=now)

    return await once.answer(session, QualificationView, work)


@router.post("/{conversation_id}/handover")
async def hand_over_conversation(
    conversation_id: str,
    session: Transaction,
    now: Now,
    once: Once,
    request: Annotated[HandoverRequest | None, Body()] = None,
) -> HandoverView:
    """A ticket for the reps, and whether somebody is there now."""

    async def work() -> HandoverView:
        wish = request or HandoverRequest()
        return await handover.hand_over(
            session, conversation_id, wish.reason, wish.answers, now=now
        )

    return await once.answer(session, HandoverView, work)
