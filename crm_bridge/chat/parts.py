"""The gateway's collaborators, made once for a process; `app.py` calls `make`."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from crm_bridge.chat.attempt import Gateway
from crm_bridge.chat.bots import Bots
from crm_bridge.chat.dispatch import TurnDispatch
from crm_bridge.chat.elsewhere import listen
from crm_bridge.chat.facts import Facts, Playbooks, Shelf
from crm_bridge.chat.notifier import Notifier
from crm_bridge.chat.rhythm import Rhythm
from crm_bridge.chat.sentences import Sentences
from crm_bridge.chat.sites import Sites
from crm_bridge.conversations import transcript
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database
from crm_bridge.files.folder import Folder
from crm_bridge.settings import Settings
from crm_bridge.web.client_address import Network, networks
from crm_bridge.web.rate_limit import RateLimit

TRANSCRIPTS_AT_ONCE: Final = 2  # then one a minute
FILES_PER_MINUTE: Final = 30  # a disk is filled slowly, or not at all


@dataclass(frozen=True, slots=True)
class Limits:
    """How often one address or session may call. In memory, per process."""

    sessions: RateLimit  # by address
    posts: RateLimit  # by session
    posts_from: RateLimit  # by address
    reads: RateLimit  # by session
    transcripts: RateLimit  # by conversation
    files_from: RateLimit  # by address
    proxies: tuple[Network, ...]


@dataclass(frozen=True, slots=True)
class ChatParts:
    """Everything that the chat's endpoints and background work share."""

    settings: Settings
    client: httpx.AsyncClient
    bots: Bots
    sites: Sites
    notifier: Notifier
    sentences: Sentences
    playbooks: Shelf
    files: Folder
    turns: TurnDispatch
    limits: Limits

    def background(self) -> Sequence[Callable[[], Coroutine[Any, Any, None]]]:
        """What runs beside the requests."""
        return [self.turns.run, self._listen]

    async def _listen(self) -> None:
        await listen(self.settings.database, self.notifier)

    async def actions_check(self) -> str:
        """Whether the action server answers (rasa-sdk: GET /health)."""
        response = await self.client.get(f"{self.settings.actions_url}/health", timeout=2.0)
        response.raise_for_status()
        return "ok"

    async def close(self) -> None:
        """After the background work has ended."""
        await self.bots.close()
        await self.client.aclose()


def make(
    settings: Settings,
    database: Database,
    clock: Clock,
    *,
    facts: Facts,
    playbooks: Playbooks,
    rhythm: Rhythm = Rhythm(),  # noqa: B008 - immutable
) -> ChatParts:
    """Connects nothing yet."""
    chat = settings.chat
    client = httpx.AsyncClient(trust_env=False)
    bots = Bots(settings.bots, client, timeout_seconds=chat.bot_timeout_seconds)
    sentences = Sentences(settings.data / "texts")
    notifier = Notifier()
    database.on_touched(transcript.TOPIC, notifier.ring)
    gateway = Gateway(
        database=database,
        clock=clock,
        bots=bots,
        sentences=sentences,
        facts=facts,
        rhythm=rhythm,
    )
    return ChatParts(
        settings=settings,
        client=client,
        bots=bots,
        sites=Sites(database, settings.public_url),
        notifier=notifier,
        sentences=sentences,
        playbooks=Shelf(database, playbooks),
        files=Folder(settings.var / "files"),
        turns=TurnDispatch(gateway),
        limits=Limits(
            sessions=RateLimit(chat.sessions_per_minute),
            posts=RateLimit(chat.messages_per_minute),
            posts_from=RateLimit(chat.messages_per_minute_from_address),
            reads=RateLimit(chat.reads_per_minute),
            transcripts=RateLimit(1, burst=TRANSCRIPTS_AT_ONCE),
            files_from=RateLimit(FILES_PER_MINUTE),
            proxies=networks(settings.trusted_proxies),
        ),
    )
