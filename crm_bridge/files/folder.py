"""Where the contents of uploaded files lie: var/files/CONVERSATION/RANDOM, outside of what is
served. A conversation's folder goes as a whole."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from crm_bridge.core.errors import Invalid
from crm_bridge.core.ids import new_token

PART = ".part"  # while it is coming


class FileTooLarge(Invalid):
    code = "file_too_large"
    status = 413


@dataclass(frozen=True, slots=True)
class Received:
    """Contents that have come whole, under a name that is not final yet."""

    path: Path
    bytes: int


class Folder:
    """The folder of all files. Only this class makes paths of ids."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path_of(self, conversation_id: str, stored: str) -> Path:
        """Where the contents lie."""
        return self._of(conversation_id) / stored

    def _of(self, conversation_id: str) -> Path:
        if not conversation_id.replace("_", "").isalnum():
            raise ValueError(f"{conversation_id!r} is no id")
        return self._root / conversation_id

    async def receive(
        self, conversation_id: str, stream: AsyncIterator[bytes], *, largest_bytes: int
    ) -> Received:
        """Write what comes. Raises FileTooLarge as soon as it is; nothing is left then, nor
        when the stream breaks off."""
        folder = self._of(conversation_id)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        path = folder / f"{new_token()}{PART}"
        size = 0
        try:
            with path.open("xb") as file:
                async for piece in stream:
                    size += len(piece)
                    _check(size, largest_bytes)
                    await asyncio.to_thread(file.write, piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Received(path, size)

    def settle(self, received: Received) -> str:
        """Give the contents their final name, which it returns."""
        stored = received.path.name.removesuffix(PART)
        received.path.rename(received.path.with_name(stored))
        return stored

    def forget(self, conversation_id: str) -> None:
        """Delete everything of a conversation. Idempotent."""
        shutil.rmtree(self._of(conversation_id), ignore_errors=True)
        if self._of(conversation_id).exists():
            raise OSError(f"the files of {conversation_id} could not be deleted")


def _check(size: int, largest_bytes: int) -> None:
    if size > largest_bytes:
        raise FileTooLarge(f"at most {largest_bytes} bytes", largest_bytes=largest_bytes)
