"""The look-up that the dialogue makes when an address was typed."""

from fastapi import APIRouter

from contracts.dialogue import LookupRequest, LookupView
from crm_bridge.enrichment import service
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1/conversations", tags=["internal"], dependencies=[Internal])


@router.post("/{conversation_id}/lookup", include_in_schema=False)
async def look_up(conversation_id: str, request: LookupRequest) -> LookupView:
    """What the address tells by itself. Touches no table."""
    return service.look_up(request.email)
