"""An antivirus of one's own looks at each file before it is kept (setting files.scan_command)."""

import asyncio
import logging
import shlex
from pathlib import Path
from typing import Final

from crm_bridge.core.errors import Invalid, TryLater

log = logging.getLogger(__name__)

CLEAN, FOUND = 0, 1  # as clamscan and clamdscan exit
LONGEST_SECONDS: Final = 60.0


class FileRefused(Invalid):
    """The scanner found something in it."""

    code = "file_refused"


class ScanFailed(TryLater):
    """The scanner did not do its work: nothing is kept unseen."""

    code = "scan_failed"
    status = 503


async def scan(command: str, path: Path) -> None:
    """Run the command with the path behind it; no command, no scan. Raises FileRefused where
    it exits with 1, ScanFailed where it exits with anything else but 0, or never."""
    if not command:
        return
    try:
        process = await asyncio.create_subprocess_exec(
            *shlex.split(command),
            str(path),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except (OSError, ValueError) as fault:
        log.warning("problem scan_failed: the scan command cannot be run: %s", fault)
        raise ScanFailed(
            "the file could not be looked at; try again", retry_after_seconds=30
        ) from None
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            code = await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
        code = -1
    if code == FOUND:
        raise FileRefused("the file is not accepted")
    if code != CLEAN:
        log.warning("problem scan_failed: the scan command ended with %s", code)
        raise ScanFailed("the file could not be looked at; try again", retry_after_seconds=30)
