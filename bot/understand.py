"""What the trained bot makes of messages: one message a line in, one line of JSON out.

    echo "can I talk to somebody?" | .venv/bot/bin/python -m bot.understand

    {"intent": "handoff", "confidence": 0.97, "ranking": [["handoff", 0.97], …],
     "faq": [["support", -4.1], …]}

For people who edit examples, and for the outside cases. Needs a trained model.
"""

import asyncio
import json
import logging
import os
import sys
from pathlib import Path

from bot import stand_ins
from bot.model_files import current_model
from bot.run import DEFAULTS


def main() -> int:
    """Read until the end of the input. 1 if there is no model."""
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    model = current_model(Path(os.environ.get("USHER_VAR") or "var"))
    if model is None:
        print("bot: no model is trained for these data: run `make train`", file=sys.stderr)
        return 1
    stand_ins.install(stand_ins.SERVING)
    # after the stand-ins: these import Rasa
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)

    agent = Agent()
    agent.load_model(str(model))
    for line in sys.stdin:
        parsed = asyncio.run(agent.parse_message(line.rstrip("\n")))
        ranking = [[one["name"], one["confidence"]] for one in parsed["intent_ranking"]]
        found = {"intent": parsed["intent"]["name"], "confidence": parsed["intent"]["confidence"]}
        print(json.dumps({**found, "ranking": ranking, "faq": parsed["faq"]}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
