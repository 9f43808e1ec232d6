"""A bridge on a real socket with a fake bot behind it, and visitors' pages before it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

import crm_bridge.app
from contracts.turn import TurnCommit
from crm_bridge.chat import parts
from crm_bridge.chat.facts import NothingStands, Published
from crm_bridge.chat.models import Turn
from crm_bridge.chat.rhythm import Rhythm
from crm_bridge.chat.sites import create_site
from crm_bridge.core.database import Database
from crm_bridge.settings import Chat, Settings
from playbook.load import load
from playbook.model import Playbook
from tests.crm_bridge.chat.fake_bot import FakeBot
from tests.crm_bridge.chat.page import Page
from tests.crm_bridge.chat.serving import Served, served
from tests.crm_bridge.conftest import INTERNAL_KEY, NOW

ORIGIN = "https://www.polaris.example"
DATA = Path(__file__).parents[3] / "data"
# The gateway's own, a hundred times as fast.
QUICK = Rhythm(
    pauses=tuple(timedelta(seconds=s) for s in (0.05, 0.1, 0.2, 0.2, 0.2)),
    lease=timedelta(seconds=1),
    renew_seconds=0.3,
    typing_after_seconds=0.1,
    sweep_seconds=0.05,
    set_aside=timedelta(seconds=1),
)


@dataclass
class OnePlaybook:
    """The consulting playbook as if it had been published."""

    playbook: Playbook
    version: int = 1

    def kept(self, name: str, version: int) -> Published | None:
        return None

    async def latest(self, session: AsyncSession, name: str) -> Published:
        return Published(version=self.version, playbook=self.playbook)

    async def get(self, session: AsyncSession, name: str, version: int) -> Published:
        return Published(version=version, playbook=self.playbook)


@pytest.fixture(scope="session")
def playbook() -> Playbook:
    file = DATA / "playbooks" / "consulting.yml"
    return load(file.read_text(), filename=file.name)


def with_chat(app: FastAPI, settings: Settings, playbook: Playbook) -> FastAPI:
    """The application with the consulting playbook in it, and nothing running behind it."""
    app.state.chat = parts.make(
        settings,
        app.state.database,
        app.state.clock,
        facts=NothingStands(),
        playbooks=OnePlaybook(playbook),
        rhythm=QUICK,
    )
    app.state.checks = crm_bridge.app._checks(app)
    return app


async def add_site(database: Database, slug: str = "demo", origin: str = ORIGIN) -> None:
    async with database.transaction() as session:
        await create_site(
            session,
            slug,
            name=slug.title(),
            allowed_origins=[origin],
            playbook="consulting",
            timezone="Europe/Ljubljana",
            now=NOW,
        )


class Desk:
    """The application without its background work, and pages that call it directly."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.database: Database = app.state.database
        self.pages: list[Page] = []

    async def page(self, *, opened: bool = True, **body: Any) -> Page:
        page = Page("http://bridge.test", Origin=ORIGIN)
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        page.http = httpx.AsyncClient(
            base_url=page.http.base_url, headers=page.http.headers, transport=transport
        )
        self.pages.append(page)
        if opened:
            (await page.open(**body)).raise_for_status()
        return page

    async def rows(self, statement: Any) -> list[Any]:
        async with self.database.reading() as session:
            return list((await session.scalars(statement)).all())

    async def turns(self) -> list[Turn]:
        return await self.rows(select(Turn).order_by(Turn.number))

    async def commit(self, turn: str, commit: TurnCommit, key: str = INTERNAL_KEY) -> Response:
        """What the action server sends at the end of a turn."""
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://bridge.test") as http:
            return await http.post(
                f"/internal/v1/turns/{turn}/commit",
                json=commit.model_dump(mode="json"),
                headers={"Authorization": f"Bearer {key}"},
            )


@pytest.fixture
async def desk(
    app: FastAPI, settings: Settings, database: Database, playbook: Playbook
) -> AsyncIterator[Desk]:
    await add_site(database)
    await app.state.chat.close()
    desk = Desk(with_chat(app, settings.model_copy(update={"data": DATA}), playbook))
    yield desk
    for page in desk.pages:
        await page.close()
    await app.state.chat.close()


@dataclass
class House:
    """Starts and stops bridges on one database, and opens pages on them."""

    settings: Settings
    playbook: Playbook
    bot: FakeBot
    bot_server: Served
    stack: AsyncExitStack
    bridges: list[tuple[FastAPI, Served]] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    @property
    def app(self) -> FastAPI:
        return self.bridges[-1][0]

    @property
    def url(self) -> str:
        return self.bridges[-1][1].url

    async def start_bridge(self, port: int | None = None) -> tuple[FastAPI, Served]:
        settings = self.settings
        if self.bridges:  # clocks of one machine agree
            settings = settings.model_copy(update={"now": self.app.state.clock.now()})
        app = crm_bridge.app.create_app(settings)
        await app.state.chat.close()
        with_chat(app, settings, self.playbook)
        server = Served(app, port)
        await server.start()
        self.bridges.append((app, server))
        self.bot.bridge = server.url
        return app, server

    async def page(self, *, opened: bool = True, greeted: bool = True, **body: Any) -> Page:
        page = Page(self.url, Origin=ORIGIN)
        self.pages.append(page)
        if opened:
            (await page.open(**body)).raise_for_status()
            if greeted:
                await page.until_bot_said(1)
        return page

    async def another_tab(self, page: Page) -> Page:
        tab = Page(self.url, token=page.token, Origin=ORIGIN)
        tab.session = page.session
        self.pages.append(tab)
        return tab

    async def close(self) -> None:
        for page in self.pages:
            await page.close()
        for app, server in self.bridges:
            app.state.chat.notifier.close()
            await server.stop()
        await self.bot.client.aclose()


@pytest.fixture
async def house(settings: Settings, database: Database, playbook: Playbook) -> AsyncIterator[House]:
    """A served bridge (both databases), its fake bot, and a site named demo."""
    await add_site(database)
    bot = FakeBot(INTERNAL_KEY)
    async with AsyncExitStack() as stack:
        bot_server = await stack.enter_async_context(served(bot.app))
        ours = settings.model_copy(
            update={
                "data": DATA,
                "chat": Chat(
                    bots=bot_server.url,
                    bot_timeout_seconds=2.0,
                    messages_per_minute=6000,
                    reads_per_minute=6000,
                    messages_per_minute_from_address=60000,
                    sessions_per_minute=600,
                ),
            }
        )
        house = House(ours, playbook, bot, bot_server, stack)
        await house.start_bridge()
        yield house
        await house.close()
