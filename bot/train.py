"""Train the bot, if what it is made of has changed: `python -m bot.train [--force]`.

The model is var/models/usher-<fingerprint>.tar.gz (bot/model_files.py). Older models are
removed but for the last two, so that a running bot can be started again meanwhile.
"""

import argparse
import contextlib
import io
import logging
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot import stand_ins
from bot.model_files import ROOT, model_file

DOMAIN = ROOT / "bot" / "domain"
CONFIG = ROOT / "config.yml"
DATA = (ROOT / "data" / "nlu", ROOT / "data" / "rules")

KEPT = 2
ENVIRONMENT = {
    "USHER_VAR": "var",
    "RASA_TELEMETRY_ENABLED": "false",
    "RASA_MAX_CACHE_SIZE": "0",  # a second copy of every model, and never read
    "LOG_LEVEL": "ERROR",  # Rasa's progress bars
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}


def _quiet() -> None:
    """Our progress lines and Rasa's errors; nothing else."""
    logging.basicConfig(level=logging.ERROR, format="bot: %(message)s")
    logging.getLogger("bot.training").setLevel(logging.INFO)
    logging.captureWarnings(True)  # of Rasa's libraries; as log lines they are below ERROR


def _tidy(folder: Path, newest: Path) -> None:
    others = sorted(
        (file for file in folder.glob("usher-*.tar.gz") if file != newest),
        key=lambda file: file.stat().st_mtime,
    )
    for file in others[: -(KEPT - 1) or None]:
        file.unlink()


def train(file: Path, *, data: Sequence[Path] = DATA, config: Path = CONFIG) -> None:
    """Train from examples and rules into `file`. Raises what Rasa raises."""
    stand_ins.install(stand_ins.TRAINING)
    _quiet()
    print("bot: loading Rasa", flush=True)
    from rasa.model_training import train as train_model
    from rasa.utils.log_utils import configure_structlog

    from bot.reading import lighten

    lighten()
    configure_structlog(logging.ERROR)
    print("bot: reading examples and rules", flush=True)
    said = io.StringIO()  # Rasa's own success, in colour and under a name that goes away
    with contextlib.redirect_stdout(said):
        result = train_model(
            domain=str(DOMAIN),
            config=str(config),
            training_files=[str(place) for place in data],
            output=str(file.parent),
            fixed_model_name=f"training-{os.getpid()}",
            force_training=True,
        )
    if result.code or not result.model:
        raise SystemExit(f"bot: training failed\n{said.getvalue()}")
    Path(result.model).replace(file)


def main() -> int:
    """0 when there is a model for the present data at the end."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--force", action="store_true", help="train even if nothing changed")
    force = arguments.parse_args().force
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    file = model_file(Path(os.environ["USHER_VAR"]))
    if file.exists() and not force:
        print(f"bot: {file.name} is up to date", flush=True)
        return 0
    began = time.monotonic()
    file.parent.mkdir(parents=True, exist_ok=True)
    train(file)
    _tidy(file.parent, file)
    print(f"bot: trained {file.name} in {time.monotonic() - began:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
