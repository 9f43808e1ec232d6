"""A long file read by a process of its own: one core reads rows while another writes them.

The rows are the same, in the same order, as `csv_import.stream` gives; which of them are
written, and how far that got, stays the business of the process that writes. Where the
reader ends early, so does the import, and it goes on later where it stood.
"""

import asyncio
import itertools
import marshal
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, BinaryIO, Final, Protocol

from crm_bridge.contacts.csv_import import Row, stream
from crm_bridge.core.errors import UsherError

LONG: Final = 10_000  # rows; starting a process costs a second
_SIZE_BYTES: Final = 8  # of the length before each piece


class ReaderEnded(UsherError):
    """The process that reads the file is gone; what it had read is imported."""

    code = "import_reader_ended"


class Batches(Protocol):
    """Gives the next rows; none when there are no more."""

    async def batch(self) -> list[Row]: ...


class _Apart:
    def __init__(self, source: asyncio.StreamReader) -> None:
        self._source = source

    async def batch(self) -> list[Row]:
        """Raises ReaderEnded."""
        try:
            size = int.from_bytes(await self._source.readexactly(_SIZE_BYTES))
            piece = await self._source.readexactly(size)
        except asyncio.IncompleteReadError as fault:
            raise ReaderEnded("the process that reads the file ended early") from fault
        return [Row(*cells) for cells in marshal.loads(piece)]  # noqa: S302 - our own process


@asynccontextmanager
async def read_apart(
    data: bytes, *, region: str | None, done: int, rows_at_once: int
) -> AsyncIterator[Batches]:
    """The rows of a file after the first `done`, read while the caller does other work."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__, region or "", str(done), str(rows_at_once)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdin is None or process.stdout is None:
            raise ReaderEnded("the process that reads the file has no pipes")
        with suppress(ConnectionError):  # its end is noticed where rows are missing
            process.stdin.write(data)
            await process.stdin.drain()
            process.stdin.close()
        yield _Apart(process.stdout)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _cells(row: Row) -> tuple[Any, ...]:
    return (
        *(row.line, row.values, row.company, row.notes),
        *(row.refused, row.address, row.external_id),
        *(row.kind, row.company_key, row.name_folded),
    )


def give(data: bytes, arguments: Sequence[str], out: BinaryIO) -> None:
    """Write the rows of a file in batches, and an empty one at the end."""
    region, done, rows_at_once = arguments
    left = itertools.islice(stream(data, region=region or None).rows, int(done), None)
    more = True
    while more:
        batch = [_cells(row) for row in itertools.islice(left, int(rows_at_once))]
        piece = marshal.dumps(batch)
        out.write(len(piece).to_bytes(_SIZE_BYTES))
        out.write(piece)
        out.flush()
        more = bool(batch)


if __name__ == "__main__":
    try:
        give(sys.stdin.buffer.read(), sys.argv[1:], sys.stdout.buffer)
    except (BrokenPipeError, KeyboardInterrupt):  # nobody wants the rest
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
