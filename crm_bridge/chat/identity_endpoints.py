"""Proving an address from the visitor's page: ask for a code, hand it in (or type it in the chat)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.chat import proving, sessions
from crm_bridge.chat.parts import ChatParts
from crm_bridge.chat.sessions import Holder, SessionUnknown
from crm_bridge.contacts.proof import CodeRefused
from crm_bridge.core.database import Database
from crm_bridge.web.client_address import client_address
from crm_bridge.web.dependencies import Now

router = APIRouter(prefix="/chat/v1/identity", tags=["chat"], max_body_size=4096)


class CodeRequest(BaseModel):
    """The address that the visitor says is theirs."""

    model_config = ConfigDict(extra="ignore")

    email: str = Field(max_length=320)


class CodeAnswer(BaseModel):
    """The code as it was typed."""

    model_config = ConfigDict(extra="ignore")

    code: str = Field(max_length=20)


class ProvedView(BaseModel):
    """The visitor is who they say."""

    identity: Literal["verified"] = "verified"


async def _holder(
    request: Request,
    now: Now,
    authorization: Annotated[str | None, Header()] = None,
    origin: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Holder:
    parts: ChatParts = request.app.state.chat
    parts.limits.posts_from.take(client_address(request, parts.limits.proxies), now)
    database: Database = request.app.state.database
    async with database.reading() as session:
        holder = await sessions.holder_of(session, authorization, now=now)
    if holder is None:
        raise SessionUnknown("this session has ended; open one")
    await parts.sites.check_origin(holder.site, origin)
    parts.limits.posts.take(holder.token_hash, now)
    return holder


Who = Annotated[Holder, Depends(_holder)]


@router.post("/code", status_code=202)
async def ask_code(body: CodeRequest, request: Request, holder: Who, now: Now) -> None:
    """Send a code to the address. The answer is the same whether it is known or not."""
    parts: ChatParts = request.app.state.chat
    database: Database = request.app.state.database
    async with database.transaction() as session:
        await proving.ask_code(
            session, holder.conversation_id, body.email, sentences=parts.sentences, now=now
        )


@router.post("/proof")
async def prove(body: CodeAnswer, request: Request, holder: Who, now: Now) -> ProvedView:
    """Hand the code in. 422 `code_refused` where it is wrong, late or was guessed at too often."""
    parts: ChatParts = request.app.state.chat
    database: Database = request.app.state.database
    async with database.transaction() as session:
        proved = await proving.take_code(
            session,
            holder.conversation_id,
            body.code,
            secret=parts.settings.secret_key.get_secret_value(),
            sentences=parts.sentences,
            now=now,
        )
    if not proved:
        raise CodeRefused("this code does not hold; ask for a new one")
    return ProvedView()
