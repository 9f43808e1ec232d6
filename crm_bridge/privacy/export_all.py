"""Everything that the house holds, into a folder or one .zip: nobody is kept here by their data.

`tables/NAME.jsonl` has every table as it is, one row a line, and `manifest.json` says how many;
secrets (hashes of keys and passwords, tokens, sealed credentials) and what can be worked out
again are left out. The CSV files are for people and other systems: contacts with their addresses
and numbers, companies with their domains, deals, tickets, activities, conversations, answers,
meetings. All is read in one transaction, so that it fits together, and written as it is read:
a million contacts take no more memory than a thousand.
"""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import RowMapping, Table, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from crm_bridge.core.database import Base, Database

AT_ONCE: Final = 1000
# Of use to nobody elsewhere, and to thieves alone: (table, column).
SECRETS: Final = frozenset(
    {
        ("api_key", "secret_hash"),
        ("console_user", "password_hash"),
        ("crm_connection", "secret"),
        ("identity_proof", "nonce"),
        ("webhook", "secret"),
        ("booking", "hold_token"),
        ("booking", "page_token_hash"),
        ("connected_calendar", "secret"),
    }
)
# Whole tables: sessions, stored answers to repeated requests, bitmaps of calendars.
LEFT_OUT: Final = frozenset(
    {"chat_session", "console_sign_in", "idempotency_key", "busy_bits", "delivery"}
)
KINDS: Final[Mapping[str, str]] = {  # CSV file -> table
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "tickets": "ticket",
    "activities": "activity",
    "conversations": "conversation",
    "answers": "answer",
    "meetings": "booking",
}
# What stands in tables beside a contact or a company: column, (of which column of ours, table,
# its key, its value, order).
type _Where = tuple[str, str, str, str, str]
BESIDE: Final[Mapping[str, Mapping[str, _Where]]] = {
    "contact": {
        "emails": ("id", "contact_email", "contact_id", "address", "position"),
        "phones": ("id", "contact_phone", "contact_id", "number", "position"),
        "company": ("company_id", "company", "id", "name", "id"),
    },
    "company": {"domains": ("id", "company_domain", "company_id", "domain", "domain")},
}
Open = Callable[[str], Any]


async def export_all(database: Database, target: Path, *, now: datetime) -> dict[str, int]:
    """Write the whole of it to `target`, a new folder or a file ending in .zip; rows by table.
    Raises FileExistsError where something is there already."""
    counts: dict[str, int] = {}
    with _files(target) as opened:
        async with database.reading(long=True) as session:
            connection = await session.connection()
            if not database.is_sqlite:
                await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            for table in Base.metadata.sorted_tables:
                if table.name not in LEFT_OUT:
                    with opened(f"tables/{table.name}.jsonl") as file:
                        counts[table.name] = await _lines(connection, table, file)
            for kind, name in KINDS.items():
                with opened(f"{kind}.csv") as file:
                    await _csv(connection, Base.metadata.tables[name], file)
        manifest = {"exported_at": now.isoformat(), "rows": counts}
        with opened("manifest.json") as file:
            file.write(json.dumps(manifest, indent=1).encode())
    return counts


@contextmanager
def _files(target: Path) -> Iterator[Open]:
    if target.exists():
        raise FileExistsError(target)
    if target.suffix != ".zip":
        target.mkdir(parents=True)
        (target / "tables").mkdir()
        yield lambda name: (target / name).open("wb")
        return
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as archive:
        yield lambda name: archive.open(name, "w", force_zip64=True)


def columns_of(table: Table) -> list[str]:
    """The columns of a table that are exported."""
    names = [column.name for column in table.columns]
    return [name for name in names if (table.name, name) not in SECRETS]


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Sequence[RowMapping]]:
    """The rows in parts, in the order of the key, each part after the last row of the one before:
    no cursor has to be kept open on either database."""
    keys = list(table.primary_key.columns)
    ordered = select(*[table.c[name] for name in _with_keys(table)]).order_by(*keys).limit(AT_ONCE)
    last: RowMapping | None = None
    while True:
        part = ordered if last is None else ordered.where(_after(keys, last))
        rows = (await connection.execute(part)).mappings().all()
        if not rows:
            return
        yield rows
        last = rows[-1]


def _with_keys(table: Table) -> list[str]:
    keys = [column.name for column in table.primary_key.columns]
    return list(dict.fromkeys([*columns_of(table), *keys]))


def _after(keys: Sequence[Any], last: RowMapping) -> Any:
    """Behind the row `last` in the order of `keys`."""
    if len(keys) == 1:
        return keys[0] > last[keys[0].name]
    first, rest = keys[0], keys[1:]
    value = last[first.name]
    return (first > value) | ((first == value) & _after(rest, last))


async def _lines(connection: AsyncConnection, table: Table, file: IO[bytes]) -> int:
    names, count = columns_of(table), 0
    async for rows in _rows(connection, table):
        for row in rows:
            line = json.dumps({name: row[name] for name in names}, default=_plain)
            file.write(f"{line}\n".encode())
        count += len(rows)
    return count


async def _csv(connection: AsyncConnection, table: Table, file: IO[bytes]) -> None:
    names, beside = columns_of(table), BESIDE.get(table.name, {})
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")  # spreadsheets take it for UTF-8
    writer.writerow([*names, *beside])
    async for rows in _rows(connection, table):
        more = [await _beside(connection, rows, where) for where in beside.values()]
        for row in rows:
            cells = [_cell(row[name]) for name in names]
            writer.writerow([*cells, *[_cell(each.get(row["id"], "")) for each in more]])
        file.write(buffer.getvalue().encode())
        buffer.seek(0)
        buffer.truncate()
    file.write(buffer.getvalue().encode())


async def _beside(
    connection: AsyncConnection,
    rows: Sequence[RowMapping],
    where: _Where,
) -> dict[str, str]:
    """The cell of each row, by its id."""
    own, name, key, value, order = where
    table = Base.metadata.tables[name]
    wanted = select(table.c[key], table.c[value]).where(
        table.c[key].in_({row[own] for row in rows} - {None})
    )
    found: dict[str, list[str]] = {}
    for owner, each in (await connection.execute(wanted.order_by(table.c[order]))).all():
        found.setdefault(owner, []).append(each)
    return {row["id"]: "; ".join(found.get(row[own], ())) for row in rows}


def _cell(value: Any) -> str:
    """A cell. What a spreadsheet would take for a formula is kept from being one."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    said = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{said}" if said.startswith(("=", "@", "\t", "\r")) else said


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
