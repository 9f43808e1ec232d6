"""Start the bot: `python -m bot.run`, from the repository's root.

    USHER_BOT_PORT      where it listens, on 127.0.0.1 only         5005
    USHER_ACTIONS_URL   the action server                           http://127.0.0.1:5055
    USHER_VAR           folder of the model and of SQLite           var
    USHER_DATA          folder of the texts                         data
    USHER_DATABASE_URL  the bridge's database; used if PostgreSQL   SQLite in USHER_VAR
    USHER_INTERNAL_KEY  who may erase a conversation                nobody may
    USHER_LOG_LEVEL     DEBUG shows what visitors type              INFO

One process, one core. It ends on SIGTERM or SIGINT after the turns in hand, and does not
start without a model that loads.
"""

import logging
import os
import sys
from pathlib import Path

from bot import stand_ins
from bot.model_files import current_model

HOST = "127.0.0.1"
DEFAULTS = {
    "USHER_BOT_PORT": "5005",
    "USHER_ACTIONS_URL": "http://127.0.0.1:5055",
    "USHER_LOG_LEVEL": "INFO",
    "RASA_TELEMETRY_ENABLED": "false",
    # one thread a message: the machine belongs to the whole house
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def main() -> int:
    """Serve until told to stop. 1 if there is no model."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    model = current_model(Path(os.environ.get("USHER_VAR") or "var"))
    if model is None:
        print("bot: no model is trained for these data: run `make train`", file=sys.stderr)
        return 1
    stand_ins.install(stand_ins.SERVING)
    logging.basicConfig(
        level=os.environ["USHER_LOG_LEVEL"], format="%(levelname)s %(name)s: %(message)s"
    )
    logging.captureWarnings(True)  # Rasa and its pins warn of their own old ways
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    from bot.server import make_app  # after the stand-ins: this imports Rasa

    app = make_app(model)
    app.run(HOST, int(os.environ["USHER_BOT_PORT"]), access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
