"""Proving an address from the visitor's page: ask for a code, hand it in (or type it in the chat)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from crm_bridge.chat import proving
from crm_bridge.chat.asked import FromPage
from crm_bridge.chat.sessions import Holder
from crm_bridge.contacts.proof import CodeRefused

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


async def _holder(asked: FromPage) -> Holder:
    asked.parts.limits.posts_from.take(asked.address, asked.now)
    async with asked.database.quick(readonly=True) as quick:
        return await asked.writer(quick)


Who = Annotated[Holder, Depends(_holder)]


@router.post("/code", status_code=202)
async def ask_code(body: CodeRequest, asked: FromPage, holder: Who) -> None:
    """Send a code to the address. The answer is the same whether it is known or not."""
    sentences = asked.parts.sentences
    async with asked.database.transaction() as session:
        await proving.ask_code(
            session, holder.conversation_id, body.email, sentences=sentences, now=asked.now
        )


@router.post("/proof")
async def prove(body: CodeAnswer, asked: FromPage, holder: Who) -> ProvedView:
    """Hand the code in. 422 `code_refused` where it is wrong, late or was guessed at too often."""
    async with asked.database.transaction() as session:
        proved = await proving.take_code(
            session,
            holder.conversation_id,
            body.code,
            secret=asked.parts.settings.secret_key.get_secret_value(),
            sentences=asked.parts.sentences,
            now=asked.now,
        )
    if not proved:
        raise CodeRefused("this code does not hold; ask for a new one")
    return ProvedView()
