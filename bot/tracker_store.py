"""What Rasa must remember of a conversation between two messages, and no more.

The bridge holds the record of every conversation and sends what is known with each
message. Of a tracker only a checkpoint is kept: the active loop and the slots, a few
hundred bytes, in memory for the living conversations and in one row a conversation in
the database. No word of a visitor is in it.

Why: Rasa's own stores keep every event and replay all of them each turn, and each event of
a visitor holds the whole metadata. CPU then grows with the length of the talk: 71 ms a
turn after 180 turns with the SQL store, 5 ms with this one, which is what turn 2 costs.
"""

import asyncio
import json
import logging
import os
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import (
    ACTION_LISTEN_NAME,
    ACTION_SESSION_START_NAME,
    SESSION_START_METADATA_SLOT,
)
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

logger = logging.getLogger(__name__)

Checkpoint = dict[str, Any]

LIVING = 10_000  # conversations kept in memory: about 5 MB
KEPT_DAYS = 90  # untouched rows go away; the bridge still holds the conversation
DAY_SECONDS = 86_400.0

_tables = sa.MetaData()
_trackers = sa.Table(
    "bot_trackers",
    _tables,
    sa.Column("sender_id", sa.String(255), primary_key=True),
    sa.Column("checkpoint", sa.Text, nullable=False),
    sa.Column("updated_at", sa.Float, nullable=False, index=True),
)


def checkpoint_of(tracker: DialogueStateTracker) -> Checkpoint:
    """What the next turn needs of this one: `{"loop": name or None, "slots": {...}}`."""
    slots = {
        name: slot.value
        for name, slot in tracker.slots.items()
        if slot.value is not None and name != SESSION_START_METADATA_SLOT
    }
    return {"loop": tracker.active_loop_name, "slots": slots}


def events_of(checkpoint: Checkpoint) -> list[Event]:
    """The shortest history that leads to this checkpoint."""
    return [
        ActionExecuted(ACTION_SESSION_START_NAME),
        SessionStarted(),
        *(SlotSet(name, value) for name, value in checkpoint["slots"].items()),
        *([ActiveLoop(checkpoint["loop"])] if checkpoint["loop"] else []),
        ActionExecuted(ACTION_LISTEN_NAME),
    ]


def database_url() -> str:
    """USHER_BOT_DATABASE_URL, else the bridge's own USHER_DATABASE_URL if that is
    PostgreSQL, else SQLite in USHER_VAR/bot.sqlite."""
    given = os.environ.get("USHER_BOT_DATABASE_URL") or ""
    bridge = os.environ.get("USHER_DATABASE_URL") or ""
    if not given and bridge.startswith("postgresql"):
        given = bridge
    if not given:
        return f"sqlite:///{Path(os.environ.get('USHER_VAR') or 'var') / 'bot.sqlite'}"
    scheme, _, rest = given.partition("://")
    return f"{scheme.partition('+')[0]}://{rest}"  # Rasa's pins hold psycopg2 and pysqlite


def _engine(url: str) -> sa.engine.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=2, max_overflow=2, pool_pre_ping=True)
    Path(sa.engine.make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url, connect_args={"timeout": 10})

    @sa.event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    return engine


class _Rows:
    """The table. Every method is one transaction, and blocks."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._ready = False

    def _begin(self) -> Any:
        if not self._ready:
            _tables.create_all(self._engine)
            with self._engine.begin() as connection:
                oldest = time.time() - KEPT_DAYS * DAY_SECONDS
                connection.execute(_trackers.delete().where(_trackers.c.updated_at < oldest))
            self._ready = True
        return self._engine.begin()

    def read(self, sender_id: str) -> Checkpoint | None:
        query = sa.select(_trackers.c.checkpoint).where(_trackers.c.sender_id == sender_id)
        with self._begin() as connection:
            text = connection.execute(query).scalar()
        return None if text is None else json.loads(text)

    def write(self, sender_id: str, checkpoint: Checkpoint) -> None:
        row = {"checkpoint": json.dumps(checkpoint), "updated_at": time.time()}
        with self._begin() as connection:
            changed = connection.execute(
                _trackers.update().where(_trackers.c.sender_id == sender_id).values(**row)
            )
            if not changed.rowcount:
                connection.execute(_trackers.insert().values(sender_id=sender_id, **row))

    def erase(self, sender_id: str) -> bool:
        with self._begin() as connection:
            gone = connection.execute(_trackers.delete().where(_trackers.c.sender_id == sender_id))
        return bool(gone.rowcount)

    def keys(self) -> list[str]:
        with self._begin() as connection:
            return list(connection.execute(sa.select(_trackers.c.sender_id)).scalars())


class CheckpointStore(TrackerStore):
    """Rasa's tracker store, made of checkpoints.

    A database that does not answer costs nothing but a log line: an unknown conversation
    starts with an empty tracker, and its state comes with the message.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        url: str | None = None,
        living: int = LIVING,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker)
        self._rows = _Rows(url or database_url())
        self._living = living
        self._known: OrderedDict[str, Checkpoint] = OrderedDict()
        self._written_at: dict[str, float] = {}

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker as it was after the last turn that ended well, or None."""
        checkpoint = self._known.get(sender_id)
        if checkpoint is None:
            try:
                checkpoint = await asyncio.to_thread(self._rows.read, sender_id)
            except sa.exc.SQLAlchemyError as error:
                logger.error("trackers cannot be read: %s", type(error).__name__)
            if checkpoint is None:
                return None
            self._remember(sender_id, checkpoint)
        return DialogueStateTracker.from_events(sender_id, events_of(checkpoint), self.domain.slots)

    async def create_tracker(
        self, sender_id: str, append_action_listen: bool = True
    ) -> DialogueStateTracker:
        """An empty tracker. It is saved when its first turn has ended well."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker's checkpoint; written only when it changed, or once a day."""
        sender_id, checkpoint = tracker.sender_id, checkpoint_of(tracker)
        fresh = time.time() - self._written_at.get(sender_id, 0.0) < DAY_SECONDS
        unchanged = self._known.get(sender_id) == checkpoint
        self._remember(sender_id, checkpoint)
        if unchanged and fresh:
            return
        try:
            await asyncio.to_thread(self._rows.write, sender_id, checkpoint)
            self._written_at[sender_id] = time.time()
        except sa.exc.SQLAlchemyError as error:
            logger.error("a tracker cannot be written: %s", type(error).__name__)

    async def erase(self, sender_id: str) -> bool:
        """Forget the conversation, in memory and in the database. True if it was known.

        Raises sqlalchemy.exc.SQLAlchemyError where the database cannot be reached: an
        erasure that did not happen must not look like one that did.
        """
        known = self._known.pop(sender_id, None) is not None
        self._written_at.pop(sender_id, None)
        return await asyncio.to_thread(self._rows.erase, sender_id) or known

    async def keys(self) -> Iterable[str]:
        return await asyncio.to_thread(self._rows.keys)

    def _remember(self, sender_id: str, checkpoint: Checkpoint) -> None:
        self._known[sender_id] = checkpoint
        self._known.move_to_end(sender_id)
        while len(self._known) > self._living:
            gone, _ = self._known.popitem(last=False)
            self._written_at.pop(gone, None)
