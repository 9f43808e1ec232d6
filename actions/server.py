"""The action server: `python -m actions.server`, one process, on 127.0.0.1.

    USHER_ACTIONS_PORT   where it listens                  5055
    USHER_BRIDGE_URL     the bridge                        http://127.0.0.1:8000
    USHER_INTERNAL_KEY   the key it shares with the bridge (no default)
    USHER_DATA           folder of the texts               data
    USHER_LOG_LEVEL      INFO; DEBUG logs more, never what visitors type

GET /health answers 200 while it lives. The SDK's answer to a fault repeats the tracker, so
it must never be reachable from outside: the address is not a setting.
"""

import gc
import logging
import os
import warnings
from typing import Any, Final

from sanic import Sanic

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from rasa_sdk.endpoint import create_app
    from rasa_sdk.executor import ActionExecutor

from actions.base import Hands, hands_from_environment
from actions.interview import InterviewForm
from parsing.lexicon import LANGUAGES
from parsing.ready import make_ready

HOST: Final = "127.0.0.1"
DEFAULT_PORT: Final = 5055
KEEP_ALIVE_SECONDS: Final = 120  # the bot drops idle connections earlier


def server(hands: Hands) -> Sanic[Any, Any]:
    """The Sanic application with the one action."""
    executor = ActionExecutor()
    executor.register_action(InterviewForm(hands))
    app: Sanic[Any, Any] = create_app(executor, cors_origins=[])
    app.config.KEEP_ALIVE_TIMEOUT = KEEP_ALIVE_SECONDS
    app.config.ACCESS_LOG = False

    async def close(_app: object) -> None:
        await hands.bridge.close()

    app.register_listener(close, "after_server_stop")
    return app


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    level = os.environ.get("USHER_LOG_LEVEL") or "INFO"
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    # the SDK is newer than Rasa on purpose
    warnings.filterwarnings("ignore", "Your versions of rasa and rasa_sdk", UserWarning)
    app = server(hands_from_environment())
    port = int(os.environ.get("USHER_ACTIONS_PORT") or DEFAULT_PORT)
    app.prepare(host=HOST, port=port, single_process=True, motd=False, access_log=False)
    for language in LANGUAGES:
        make_ready(language)
    # what was made at the start is never garbage, and a turn makes little
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)
    Sanic.serve_single(primary=app)


if __name__ == "__main__":
    main()
