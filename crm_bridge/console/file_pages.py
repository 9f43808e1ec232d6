"""Files that visitors uploaded, for who is signed in: saved, never shown."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from crm_bridge.chat.parts import ChatParts
from crm_bridge.console.signed_in import SignedIn
from crm_bridge.core.errors import NotFound
from crm_bridge.files import repository
from crm_bridge.web.dependencies import Reading

# A browser that shows it all the same runs nothing of it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class FileUnknown(NotFound):
    code = "file_unknown"


router = APIRouter()


async def _chat(request: Request) -> ChatParts:
    parts: ChatParts = request.app.state.chat
    return parts


@router.get("/files/{file_id}")
async def download(
    file_id: str,
    session: Reading,
    _person: SignedIn,
    chat: Annotated[ChatParts, Depends(_chat)],
) -> FileResponse:
    """The contents, to be saved under the visitor's name made safe. Raises FileUnknown."""
    row = await repository.get(session, file_id)
    path = None if row is None else chat.files.path_of(row.conversation_id, row.stored)
    if row is None or path is None or not path.is_file():
        raise FileUnknown("there is no such file; it may have been erased")
    plain = "".join(
        one if (one.isascii() and one.isalnum()) or one in ".-_ " else "_" for one in row.name
    )
    named = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name, safe='')}"
    return FileResponse(
        path,
        media_type="application/octet-stream",
        headers={**HEADERS, "Content-Disposition": named},
    )
