"""Start Usher on this machine: secrets, model, database, demo, then every process.

Reads the Procfile, runs its processes under honcho, prints the ready line once all of
them answer, and ends every one of them on Ctrl-C or SIGTERM, or when one of them ends.

Usage: .venv/app/bin/python -m run.start   (settings: the USHER_ environment, .env, PORT)
"""

import os
import secrets
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values
from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
READY_POLL_SECONDS = 0.2
SLOW_AFTER_SECONDS = 120.0


def say(text: str) -> None:
    print(f"usher: {text}", flush=True)


def own_secrets(var: Path) -> dict[str, str]:
    """The secrets of this installation: made at the first start, kept in var/secrets.env,
    readable by its owner alone."""
    file = var / "secrets.env"
    if not file.exists():
        names = ("USHER_INTERNAL_KEY", "USHER_SECRET_KEY")
        text = "".join(f"{name}={secrets.token_urlsafe(32)}\n" for name in names)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(text)
    return {name: value or "" for name, value in dotenv_values(file).items()}


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What every process gets: the given environment over .env over defaults by PORT."""
    port = int(given.get("PORT") or 8000)
    var = Path(given.get("USHER_VAR") or ROOT / "var")
    var.mkdir(parents=True, exist_ok=True)
    bot, actions = port + 1, port + 2
    defaults = {
        "USHER_VAR": str(var),
        "USHER_DATA": str(ROOT / "data"),
        "USHER_PORT": str(port),
        "USHER_BOT_PORT": str(bot),
        "USHER_ACTIONS_PORT": str(actions),
        "USHER_BRIDGE_URL": f"http://127.0.0.1:{port}",
        "USHER_ACTIONS_URL": f"http://127.0.0.1:{actions}",
        "USHER_CHAT__BOTS": f"http://127.0.0.1:{bot}",
        "USHER_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
        # glibc gives each thread an arena of its own; two are enough and save 100 MB
        "MALLOC_ARENA_MAX": "2",
    }
    file = {name: value or "" for name, value in dotenv_values(ROOT / ".env").items()}
    return {**defaults, **own_secrets(var), **file, **given}


def prepare(env: Mapping[str, str]) -> None:
    """Train where needed, bring the database up to date, load the demo at a first start."""
    steps = (
        ("checking the bot's model", [".venv/bot/bin/python", "-m", "bot.train"]),
        ("bringing the database up to date", [".venv/app/bin/usher", "db", "upgrade"]),
        ("looking after the demo site", [".venv/app/bin/usher", "demo", "load"]),
    )
    for what, command in steps:
        say(what)
        done = subprocess.run(command, cwd=ROOT, env=dict(env), check=False)
        if done.returncode != 0:
            sys.exit(f"usher: {what} failed (see above); nothing was started")


def _ask(url: str) -> tuple[int, str]:
    """Status and body of a GET; 0 and the reason where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def announce_when_ready(env: Mapping[str, str], ended: threading.Event) -> None:
    """Print the ready line once the bridge says that all its parts answer."""
    url, began, warned = f"http://127.0.0.1:{env['USHER_PORT']}", time.monotonic(), False
    while not ended.wait(READY_POLL_SECONDS):
        status, text = _ask(f"{url}/readyz")
        if status == 200:
            print(f"Usher is ready: {url}/demo", flush=True)
            return
        if not warned and time.monotonic() - began > SLOW_AFTER_SECONDS:
            warned = True
            say(f"still not ready; the bridge says:\n{text}")


def _kept_alive(name: str, command: str) -> str:
    """A shell line that starts a process again when it fails. The end of everything is a
    SIGTERM to the process group: the shell dies of it too, and nothing starts again."""
    return f"until {command}; do echo '{name} ended; starting it again'; sleep 1; done"


def main() -> int:
    """Run until told to stop; the exit code of the first process that failed, else 0."""
    env = environment(os.environ)
    prepare(env)
    say("starting the bot, the actions and the bridge")
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, _kept_alive(name, command), env=env, cwd=str(ROOT))
    ended = threading.Event()
    threading.Thread(target=announce_when_ready, args=(env, ended), daemon=True).start()
    try:
        manager.loop()
    finally:
        ended.set()
    return int(manager.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
