"""The HTTP server around one Rasa agent.

Rasa's own `serve_application` starts without a model when the model cannot be loaded and
answers 200 with nothing; here the process ends instead. Otherwise the same parts: the
agent with the endpoints of bot/endpoints.yml, and the input channel of
bot/credentials.yml.
"""

import gc
import os
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.core.utils import AvailableEndpoints
from rasa.utils.log_utils import configure_structlog
from sanic import Sanic

from bot import processor, speed
from bot.action_server import ActionServer
from bot.channels.usher import UsherInput

ENDPOINTS = Path(__file__).with_name("endpoints.yml")
LARGEST_REQUEST_BYTES = 2_000_000


def load_agent(model: Path, endpoints_file: Path = ENDPOINTS) -> Agent:
    """Rasa's agent with our parts. Raises where the model does not load."""
    processor.install()
    speed.install()
    endpoints = AvailableEndpoints.read_endpoints(str(endpoints_file))
    agent = Agent(
        generator=endpoints.nlg,
        lock_store=LockStore.create(endpoints.lock_store),
        action_endpoint=ActionServer.of(endpoints.action),
    )
    # not wrapped in Rasa's FailSafeTrackerStore: that one keeps what could not be saved
    # in memory for ever; ours lets it go, because the bridge has it
    agent.tracker_store = TrackerStore.create(endpoints.tracker_store)
    agent.load_model(str(model))
    return agent


def make_app(model: Path) -> Sanic:
    """The application; the model is loaded before the port answers."""
    configure_structlog((os.environ.get("USHER_LOG_LEVEL") == "DEBUG" and 10) or 30)
    app = Sanic("usher_bot", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_REQUEST_BYTES
    app.config.KEEP_ALIVE_TIMEOUT = 120  # longer than the bridge keeps idle connections

    async def handle(message: UserMessage) -> None:
        await app.ctx.agent.handle_message(message)

    app.blueprint(UsherInput().blueprint(handle), url_prefix="/webhooks/usher")

    async def start(app: Sanic, _loop: Any) -> None:
        app.ctx.agent = load_agent(model)
        # what was loaded is never garbage, and a turn makes little
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 100)

    async def stop(app: Sanic, _loop: Any) -> None:
        await app.ctx.agent.action_endpoint.close()

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "after_server_stop")
    return app
