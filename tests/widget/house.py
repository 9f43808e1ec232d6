"""A bridge with the tests' fake bot, served from a thread, for tests that drive a browser.

Everything is real but the bot: the application, its database, its event streams. `write`
puts lines into a conversation's log as the bot, a rep or the booking desk would.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import create_engine, select

import crm_bridge.app
from contracts.turn import AnswerChange, Button
from crm_bridge.conversations import repository, service, transcript
from crm_bridge.conversations.models import ConsentRow, Conversation, EventRow
from crm_bridge.conversations.transcript import Line
from crm_bridge.core.database import Base, Database, make_engine
from crm_bridge.settings import Chat, Settings
from playbook.file_types import wanted
from playbook.load import load
from tests.crm_bridge.chat.conftest import DATA, add_site, with_chat
from tests.crm_bridge.chat.fake_bot import FakeBot
from tests.crm_bridge.chat.serving import Served
from tests.crm_bridge.chat.test_files import BRIEF
from tests.crm_bridge.conftest import INTERNAL_KEY

QUICK = Chat(
    bot_timeout_seconds=5.0,
    messages_per_minute=60_000,
    reads_per_minute=60_000,
    messages_per_minute_from_address=600_000,
    sessions_per_minute=6_000,
)


async def _end_the_rest() -> None:
    """End what a killed bridge left in the loop, as the end of its process would."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


class House:
    """A bridge on a free port of 127.0.0.1 whose site `demo` may be used on any page."""

    def __init__(self, folder: Path, *, public_url: str = "") -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        url = f"sqlite+aiosqlite:///{folder}/usher.sqlite"
        engine = create_engine(f"sqlite:///{folder}/usher.sqlite")
        Base.metadata.create_all(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        engine.dispose()
        self.settings = Settings(
            _env_file=None,
            var=folder,
            data=DATA,
            database_url=url,
            public_url=public_url or "http://bridge.test",
            internal_key=SecretStr(INTERNAL_KEY),
            secret_key=SecretStr("test-secret-key"),
            chat=QUICK,
            durable={"database_url": "memory"},
        )
        self.bot = FakeBot(INTERNAL_KEY)
        self.port: int | None = None
        self.run(self._begin())

    def run[Result](self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in the loop of the house."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    @property
    def url(self) -> str:
        return self._bridge.url

    async def _begin(self) -> None:
        self._bot_server = Served(self.bot.app)
        await self._bot_server.start()
        chat = self.settings.chat.model_copy(update={"bots": self._bot_server.url})
        self.settings = self.settings.model_copy(update={"chat": chat})
        self.database = Database(make_engine(self.settings.database))
        await add_site(self.database, "demo", "*")
        await self._start()

    async def _start(self) -> None:
        playbook = load((DATA / "playbooks/consulting.yml").read_text(), filename="consulting.yml")
        playbook = replace(playbook, questions=(*playbook.questions, BRIEF))
        app: FastAPI = crm_bridge.app.create_app(self.settings)
        await app.state.chat.close()
        with_chat(app, self.settings, playbook)
        self._app = app
        self._bridge = Served(app, self.port)
        await self._bridge.start()
        self.port = self._bridge.port
        self.bot.bridge = self._bridge.url

    def restart(self) -> None:
        """Kill the bridge without a goodbye and start it on the same port."""

        async def work() -> None:
            killed = self._app
            killed.state.chat.notifier.close()
            await self._bridge.crash()
            await killed.state.chat.close()
            await killed.state.database.close()
            await self._start()

        self.run(work())

    def now(self) -> datetime:
        """What time it is there."""
        return self._app.state.clock.now()

    def latest(self) -> str:
        """The conversation that began last."""

        async def work() -> str:
            statement = select(Conversation.id).order_by(Conversation.created_at.desc()).limit(1)
            async with self.database.reading() as session:
                return str((await session.scalars(statement)).one())

        return self.run(work())

    def write(
        self,
        *lines: Line,
        conversation: str | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Append lines to a conversation's log and ring for whoever follows it."""
        where = conversation or self.latest()

        async def work() -> None:
            async with self.database.transaction() as session:
                now = self._app.state.clock.now()
                await transcript.append(session, where, lines, now=now, changes=changes)
            self._app.state.chat.notifier.ring(where)

        self.run(work())

    def said_by_visitor(self, conversation: str) -> list[str]:
        """What the visitor's messages say, in the order of the log."""
        return self._said(conversation, "visitor")

    def said_by_bot(self, conversation: str) -> list[str]:
        """What the bot's messages say, in the order of the log."""
        return self._said(conversation, "bot")

    def pressed(self, conversation: str) -> list[str]:
        """What the visitor's buttons mean, in the order of the log."""

        async def work() -> list[str]:
            statement = (
                select(EventRow.payload)
                .where(EventRow.conversation_id == conversation, EventRow.payload.is_not(None))
                .order_by(EventRow.seq)
            )
            async with self.database.reading() as session:
                return [str(payload) for payload in (await session.scalars(statement)).all()]

        return self.run(work())

    def know_address(self, conversation: str, email: str) -> None:
        """What the visitor gives as their address."""

        async def work() -> None:
            change = AnswerChange(question="email", value=email, text=email)
            async with self.database.transaction() as session:
                await service.add_answers(session, conversation, [change], now=self.now())

        self.run(work())

    def _said(self, conversation: str, author: str) -> list[str]:

        async def work() -> list[str]:
            statement = (
                select(EventRow.text)
                .where(EventRow.conversation_id == conversation, EventRow.author == author)
                .order_by(EventRow.seq)
            )
            async with self.database.reading() as session:
                return [str(text) for text in (await session.scalars(statement)).all()]

        return self.run(work())

    def want_file(self, text: str = "A brief?", language: str = "en") -> None:
        """Ask for a file in the latest conversation, as the bot does."""
        takes = wanted(BRIEF)
        assert takes is not None
        file = {"types": list(takes.types), "largest_bytes": takes.largest_bytes}
        skip = Button(title="Skip", payload="skip:brief")
        lines = (
            Line("message", "bot", text=text, language=language, buttons=[skip]),
            transcript.status("question", id=BRIEF.id, file=file),
        )
        self.write(*lines, changes={"question": BRIEF.id})

    def files(self) -> list[Path]:
        """The contents of files that were kept."""
        return [path for path in (self.settings.var / "files").rglob("*") if path.is_file()]

    def agreed(self, conversation: str) -> list[ConsentRow]:
        """What was agreed to in a conversation."""

        async def work() -> list[ConsentRow]:
            async with self.database.reading() as session:
                return list(await repository.consents(session, conversation))

        return self.run(work())

    def close(self) -> None:
        async def work() -> None:
            self._app.state.chat.notifier.close()
            await self._bridge.stop()
            await self._bot_server.stop()
            await self.bot.client.aclose()
            await self.database.close()
            await _end_the_rest()

        self.run(work())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()


@contextmanager
def house_in(folder: Path) -> Iterator[House]:
    """A house for as long as the block runs."""
    house = House(folder)
    try:
        yield house
    finally:
        house.close()
