"""Where the action server reports a turn: /internal/v1/turns."""

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from contracts.turn import TurnCommit, TurnCommitted
from crm_bridge.chat.commit import commit_turn
from crm_bridge.chat.parts import ChatParts
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Invalid
from crm_bridge.web.dependencies import Now
from crm_bridge.web.internal import Internal


class CommitInvalid(Invalid):
    code = "commit_invalid"


router = APIRouter(prefix="/internal/v1/turns", include_in_schema=False, dependencies=[Internal])


@router.post("/{turn}/commit", response_model=TurnCommitted)
async def commit(turn: str, request: Request, now: Now) -> Response:
    """Store what a turn came to (TurnCommit). The same turn again is answered `repeated`."""
    try:
        body = TurnCommit.model_validate_json(await request.body())
    except ValidationError as fault:
        raise CommitInvalid(f"{fault.error_count()} faults", faults=_faults(fault)) from None
    parts: ChatParts = request.app.state.chat
    database: Database = request.app.state.database
    done = await commit_turn(database, turn, body, playbooks=parts.playbooks, now=now)
    return Response(done.model_dump_json(), media_type="application/json")


def _faults(fault: ValidationError) -> list[dict[str, str]]:
    """Where and what, without the values: they are the visitor's words."""
    return [
        {"where": ".".join(map(str, one["loc"])), "what": one["msg"]}
        for one in fault.errors(include_input=False, include_url=False)
    ]
