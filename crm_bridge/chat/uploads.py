"""A file that a visitor uploads because the question asked wants one: looked at, kept, and
told to the dialogue as what it is, never as words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from contracts.turn import FileGiven, Utterance
from crm_bridge.chat import messages
from crm_bridge.chat.messages import AlreadyReceived, Received
from crm_bridge.chat.parts import ChatParts
from crm_bridge.conversations import service as conversations
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.database import Database
from crm_bridge.core.errors import Conflict, Invalid
from crm_bridge.core.ids import new_id
from crm_bridge.files import folder, repository, sniff
from crm_bridge.files.naming import safe_name
from crm_bridge.files.scan import scan
from playbook.file_types import Wanted, wanted

CLIP = "📎"


class FileNotWanted(Conflict):
    """Nothing that was asked wants a file."""

    code = "file_not_wanted"


class FileEmpty(Invalid):
    code = "file_empty"


class FileTypeRefused(Invalid):
    """What it is, by its contents, is not among what the question takes."""

    code = "file_type_refused"


class TooManyFiles(Conflict):
    code = "too_many_files"


@dataclass(frozen=True, slots=True)
class Upload:
    """What a page sends: the client id, the visitor's name for the file, its contents."""

    cid: str
    name: str
    stream: AsyncIterator[bytes]
    announced_bytes: int | None


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that wants a file, and which."""

    question: str
    wanted: Wanted


async def asked(database: Database, parts: ChatParts, conversation_id: str) -> Asked:
    """What the conversation waits for. Raises FileNotWanted, TooManyFiles."""
    async with database.quick(readonly=True) as quick:
        conversation = await conversations.row(quick, conversation_id)
        count = await repository.count(quick, conversation_id)
    published = await parts.playbooks.get(conversation.playbook, conversation.version)
    found = [one for one in published.playbook.questions if one.id == conversation.question]
    takes = wanted(found[0]) if found else None
    if takes is None:
        raise FileNotWanted("nothing that was asked wants a file")
    if count >= parts.settings.files.most_per_conversation:
        raise TooManyFiles("there are enough files in this conversation")
    return Asked(found[0].id, takes)


async def take(
    database: Database,
    parts: ChatParts,
    conversation_id: str,
    upload: Upload,
    *,
    wants: Asked,
    now: datetime,
) -> Received:
    """Keep the file and let the bot go on. Nothing is left of one that is refused.

    Raises FileTooLarge, FileEmpty, FileTypeRefused, FileRefused, ScanFailed,
    AlreadyReceived, ConversationUnknown.
    """
    largest = wants.wanted.largest_bytes
    if upload.announced_bytes is not None and upload.announced_bytes > largest:
        raise folder.FileTooLarge(f"at most {largest} bytes", largest_bytes=largest)
    got = await parts.files.receive(conversation_id, upload.stream, largest_bytes=largest)
    try:
        kind = await _look_at(parts, upload.name, got, wants)
        file = FileGiven(
            file=new_id("fil"),
            question=wants.question,
            name=safe_name(upload.name, kind),
            type=kind,
            bytes=got.bytes,
        )
        return await _store(database, parts, conversation_id, upload.cid, file, got, now=now)
    finally:
        got.path.unlink(missing_ok=True)


async def _look_at(parts: ChatParts, name: str, got: folder.Received, wants: Asked) -> str:
    """The type of the contents, if it is one that is wanted and nothing is wrong with it."""
    if got.bytes == 0:
        raise FileEmpty("there is nothing in the file")
    kind = await asyncio.to_thread(sniff.type_of, got.path, said=name)
    if kind is None or kind not in wants.wanted.types:
        raise FileTypeRefused("not a file of these types", types=list(wants.wanted.types))
    await scan(parts.settings.files.scan_command, got.path)
    return kind


async def _store(
    database: Database,
    parts: ChatParts,
    conversation_id: str,
    cid: str,
    file: FileGiven,
    got: folder.Received,
    *,
    now: datetime,
) -> Received:
    line = Line(
        "message",
        "visitor",
        text=f"{CLIP} {file.name}",
        cid=cid,
        payload=f"file:{file.file}",
    )
    stored = parts.files.settle(got)
    try:
        async with database.quick() as quick:
            received = await messages.log_and_queue(
                quick,
                conversation_id,
                line,
                Utterance(file=file),
                playbooks=parts.playbooks,
                now=now,
            )
            values = file.model_dump(exclude={"file"}) | {
                "id": file.file,
                "conversation_id": conversation_id,
                "stored": stored,
                "at": now,
            }
            await repository.add(quick, values)
    except BaseException:
        parts.files.path_of(conversation_id, stored).unlink(missing_ok=True)
        raise
    return received


__all__ = ["AlreadyReceived", "Asked", "Upload", "asked", "take"]
