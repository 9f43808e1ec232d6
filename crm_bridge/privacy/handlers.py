"""What erasure does after the commit; each tries again until it has worked."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.core.errors import TryLater
from crm_bridge.core.outbox import Event
from crm_bridge.privacy import repository, service

log = logging.getLogger(__name__)

LONGEST_WAIT = timedelta(minutes=2)  # for the bot's last word; then the turn is given up
TIMEOUT_SECONDS = 10.0


class StillAnswering(TryLater):
    code = "still_answering"


class EraseRequested:
    """conversation.erasure_requested: erase it, once the bot has said its last word there
    (the visitor is told in the very turn that asks for the erasure)."""

    def __init__(self, database: Database, clock: Clock, *, mail_folder: Path) -> None:
        self._database = database
        self._clock = clock
        self._mail_folder = mail_folder

    async def __call__(self, event: Event) -> None:
        conversation_id = event.data["conversation"]
        now = self._clock.now()
        async with self._database.transaction() as session:
            waited = now - event.at
            if waited < LONGEST_WAIT and await repository.is_answering(session, conversation_id):
                raise StillAnswering(f"{conversation_id} is still being answered")
            await service.erase_conversation(
                session, conversation_id, mail_folder=self._mail_folder, now=now
            )
        log.info("conversation %s was erased", conversation_id)


class ForgetTracker:
    """conversation.erased: every bot forgets it."""

    def __init__(
        self,
        bots: Sequence[str],
        internal_key: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._bots = tuple(url.rstrip("/") for url in bots)
        self._headers = {"Authorization": f"Bearer {internal_key}"}
        self._transport = transport

    async def __call__(self, event: Event) -> None:
        path = f"/webhooks/usher/conversations/{event.data['conversation']}"
        async with httpx.AsyncClient(
            headers=self._headers, timeout=TIMEOUT_SECONDS, transport=self._transport
        ) as client:
            for bot in self._bots:
                answer = await client.delete(bot + path)
                if answer.status_code != httpx.codes.NOT_FOUND:
                    answer.raise_for_status()
