"""Where the action server reports a turn: /internal/v1/turns."""

from fastapi import APIRouter, Request

from contracts.turn import TurnCommit, TurnCommitted
from crm_bridge.chat.commit import commit_turn
from crm_bridge.chat.parts import ChatParts
from crm_bridge.core.database import Database
from crm_bridge.web.dependencies import Now
from crm_bridge.web.internal import Internal

router = APIRouter(prefix="/internal/v1/turns", include_in_schema=False, dependencies=[Internal])


@router.post("/{turn}/commit")
async def commit(turn: str, body: TurnCommit, request: Request, now: Now) -> TurnCommitted:
    """Store what a turn came to. The same turn again is answered `repeated`."""
    parts: ChatParts = request.app.state.chat
    database: Database = request.app.state.database
    return await commit_turn(database, turn, body, playbooks=parts.playbooks, now=now)
