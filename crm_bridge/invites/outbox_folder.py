"""Mail as .eml files in a folder, where no server is set: nothing is lost, and every mail
program opens them. Names sort by the time of what they tell."""

import asyncio
import os
import re
from email.message import EmailMessage
from pathlib import Path

from crm_bridge.invites.port import MailRefused


class OutboxFolder:
    """Writes messages to `folder`, which it makes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, name: str) -> None:
        try:
            await asyncio.to_thread(self._write, message.as_bytes(), name)
        except OSError as fault:
            raise MailRefused(type(fault).__name__) from fault

    async def check(self) -> str:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise MailRefused(type(fault).__name__) from fault
        return f"no server is set: messages are files in {self._folder}"

    def _write(self, raw: bytes, name: str) -> None:
        """Whole or not at all: a reader never sees half a message."""
        self._folder.mkdir(parents=True, exist_ok=True)
        safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
        unfinished = self._folder / f".{safe}.part"
        unfinished.write_bytes(raw)
        os.replace(unfinished, self._folder / f"{safe}.eml")  # noqa: PTH105 - atomic
