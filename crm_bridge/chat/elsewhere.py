"""Hears what other bridge workers commit: PostgreSQL's LISTEN, and a bell for everybody
after the connection was lost, because notices may have been. On SQLite there is one
worker, and nothing to hear (what a command of the operator writes is found by the
streams themselves, which read the log at each heartbeat)."""

import asyncio
import logging
from typing import Final

import psycopg
from sqlalchemy.engine import make_url

from crm_bridge.chat.notifier import Notifier
from crm_bridge.conversations import transcript
from crm_bridge.core.database import CHANNEL

log = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 1.0


async def listen(database_url: str, notifier: Notifier) -> None:
    """Ring for what is committed anywhere, until cancelled."""
    url = make_url(database_url)
    if not url.drivername.startswith("postgresql"):
        return
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            await _hear(conninfo, notifier)
        except psycopg.Error as fault:
            log.warning("not listening to other workers: %s", type(fault).__name__)
        await asyncio.sleep(PAUSE_SECONDS)


async def _hear(conninfo: str, notifier: Notifier) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        notifier.ring_all()
        async for notice in connection.notifies():
            topic, _, key = notice.payload.partition(":")
            if topic == transcript.TOPIC:
                notifier.ring(key)
