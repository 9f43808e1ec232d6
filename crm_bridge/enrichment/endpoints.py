"""The look-up that the dialogue makes when an address was typed."""

from fastapi import APIRouter, Request

from contracts.dialogue import LookupRequest, LookupView
from crm_bridge.enrichment import service
from crm_bridge.enrichment.asking import Asking
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1/conversations", tags=["internal"], dependencies=[Internal])


@router.post("/{conversation_id}/lookup", include_in_schema=False)
async def look_up(conversation_id: str, request: LookupRequest, http: Request) -> LookupView:
    """What the address tells by itself; no record is read for it. Registers that are named
    in the settings are asked for at most two seconds, about what was said in this talk."""
    asking: Asking = http.app.state.asking
    await asking.in_chat(conversation_id, request.email)
    return service.look_up(request.email)
