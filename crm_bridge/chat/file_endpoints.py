"""Where the visitor's page uploads a file: POST /chat/v1/files, the contents as the body."""

from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Header, Query, Request
from starlette.requests import ClientDisconnect

from crm_bridge.chat import messages, uploads
from crm_bridge.chat.asked import FromPage
from crm_bridge.chat.uploads import AlreadyReceived, Upload
from crm_bridge.chat.views import LONGEST_CID, MessageView
from crm_bridge.core.errors import Invalid
from playbook.file_types import MB, MOST_MB

router = APIRouter(prefix="/chat/v1", tags=["chat"], max_body_size=(MOST_MB + 1) * MB)


class UploadBrokenOff(Invalid):
    """The visitor stopped it, or the connection went. Nobody reads the answer."""

    code = "upload_broken_off"


@router.post("/files", status_code=202)
async def post_file(
    asked: FromPage,
    cid: Annotated[str, Query(max_length=LONGEST_CID, pattern=r"^[A-Za-z0-9._:-]+$")],
    content_length: Annotated[int | None, Header(include_in_schema=False)] = None,
    x_file_name: Annotated[str, Header(max_length=2000, description="percent-encoded")] = "",
) -> MessageView:
    """Answer the question that wants a file with one. The same cid again: the same answer.

    409 `file_not_wanted`, `too_many_files`; 413 `file_too_large` (`largest_bytes`); 422
    `file_type_refused` (`types`), `file_empty`, `file_refused`; 503 `scan_failed`.
    """
    database, parts = asked.database, asked.parts
    parts.limits.files_from.take(asked.address, asked.now)
    async with database.quick(readonly=True) as quick:
        holder = await asked.writer(quick)
        earlier = await messages.received_before(quick, holder.conversation_id, cid)
    if earlier is None:
        wants = await uploads.asked(database, parts, holder.conversation_id)
        # the name travels in a header: addresses end up in logs
        upload = Upload(cid, unquote(x_file_name), _pieces(asked.request), content_length)
        try:
            earlier = await uploads.take(
                database, parts, holder.conversation_id, upload, wants=wants, now=asked.now
            )
        except AlreadyReceived:
            async with database.quick(readonly=True) as quick:
                earlier = await messages.received_before(quick, holder.conversation_id, cid)
            if earlier is None:
                raise
    return MessageView(id=earlier.id, seq=earlier.seq)


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises UploadBrokenOff."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect as gone:
        raise UploadBrokenOff("the page sent no more") from gone
