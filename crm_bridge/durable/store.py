"""Where DBOS keeps what it knows of works: a SQLite file of its own, or PostgreSQL."""

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event, make_url

_SUBSECONDS: Final = (3, 42, 0)  # SQLite's unixepoch('subsec'), which DBOS relies on
_CONNECTIONS: Final = 4
_BUSY_MS: Final = 30_000


def url_of(wanted: str, database_url: str, var: Path) -> str:
    """The URL in force: what was set; else the bridge's PostgreSQL; else a file in var/."""
    if wanted:
        return wanted
    if make_url(database_url).get_backend_name() == "postgresql":
        return database_url
    return f"sqlite:///{var / 'durable.sqlite'}"


def engine_of(url: str) -> Engine | None:
    """For SQLite an engine set up as DBOS's own is, with WAL, and with the function that
    SQLite before 3.42 lacks (Debian 12 has 3.40); None where DBOS makes its own."""
    parsed: URL = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, pool_size=_CONNECTIONS)
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        f"busy_timeout={_BUSY_MS}",
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",  # WAL: safe against the death of the process
    ):
        connection.execute(f"PRAGMA {pragma}")
    if sqlite3.sqlite_version_info < _SUBSECONDS:
        connection.create_function("unixepoch", -1, _unixepoch)


def _unixepoch(*asked: str) -> float:
    """Now in seconds, as `unixepoch('subsec')` tells it."""
    return time.time() if asked else float(int(time.time()))
