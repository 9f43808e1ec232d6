"""Published playbooks for the action server."""

from fastapi import APIRouter

from contracts.dialogue import PlaybookView
from crm_bridge.playbooks import service
from crm_bridge.web.dependencies import Reading
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1/playbooks", tags=["internal"], dependencies=[Internal])


@router.get("/{name}/{version}", include_in_schema=False)
async def get_playbook(name: str, version: int, session: Reading) -> PlaybookView:
    """One published version, as YAML source; it never changes."""
    found = await service.get(session, name, version)
    return PlaybookView(name=found.name, version=found.version, source=found.source)
