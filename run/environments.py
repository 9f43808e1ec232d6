"""Make the two Python environments, each from a list locked with hashes.

    bot   CPython 3.10, Rasa and its old pins          .venv/bot
    app   CPython 3.12, bridge and actions              .venv/app
    dev   app and what the tests and checks need        .venv/app

Usage: python3 -m run.environments bot app|dev
Runs on any python3 from 3.9, standard library alone. Does nothing where the
environment already matches its list.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LISTS = ROOT / "requirements"
UV = VENV / "uv" / "bin" / "uv"

# name: (folder, Python, lists that satisfy it, best last)
ENVIRONMENTS = {
    "bot": ("bot", "3.10", ("bot.txt",)),
    "app": ("app", "3.12", ("app.txt", "dev.txt")),
    "dev": ("app", "3.12", ("dev.txt",)),
}


class SetupFault(Exception):
    """Something a person must do first; the message says what."""


def say(text):
    print(f"usher: {text}", flush=True)


def run(command, what):
    """Run a command quietly; its output is shown only when it fails."""
    done = subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        raise SetupFault(f"{what} failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout.strip()


def digest(name):
    return hashlib.sha256((LISTS / name).read_bytes()).hexdigest()


def make_uv():
    """uv, the installer, in an environment of its own."""
    stamp = VENV / "uv" / "stamp"
    if UV.exists() and stamp.exists() and stamp.read_text() == digest("uv.txt"):
        return
    say("preparing the installer")
    try:
        run([sys.executable, "-m", "venv", "--clear", VENV / "uv"], "making a virtual environment")
    except SetupFault as fault:
        raise SetupFault(
            "this python3 cannot make virtual environments: install its venv module "
            f"(Debian, Ubuntu: apt-get install python3-venv) and try again.\n{fault}"
        ) from None
    pip = [VENV / "uv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run([*pip, "install", "-q", "--require-hashes", "-r", LISTS / "uv.txt"], "installing uv")
    stamp.write_text(digest("uv.txt"))


def find_python(version):
    """An interpreter of that version: one that is here, else one that uv downloads."""
    here = subprocess.run(
        [str(UV), "python", "find", "--no-project", version], capture_output=True, text=True
    )
    if here.returncode == 0:
        return here.stdout.strip()
    say(f"no Python {version} here; trying to download one")
    got = subprocess.run([str(UV), "python", "install", version], capture_output=True, text=True)
    if got.returncode == 0:
        return run([UV, "python", "find", "--no-project", version], "finding it")
    raise SetupFault(
        f"Usher needs Python {version} and there is none here: install it "
        f"(`pyenv install {version}`, `uv python install {version}` or your system's packages) "
        "and run the same command again."
    )


def make(name):
    """Bring one environment in step with its list."""
    folder, version, lists = ENVIRONMENTS[name]
    home = VENV / folder
    stamp = home / "stamp"
    current = stamp.read_text() if stamp.exists() else ""
    if current in {f"{entry} {digest(entry)}" for entry in lists}:
        return
    python = home / "bin" / "python"
    if not python.exists():
        interpreter = find_python(version)
        run([UV, "venv", "-q", "--clear", "--python", interpreter, home], f"making {home.name}")
    say(f"installing the {name} environment (Python {version}); the first time takes a minute")
    # compiled now, once: no start has to, wherever and by whomever it is run
    sync = [UV, "pip", "sync", "-q", "--compile-bytecode", "--require-hashes", "--python", python]
    run([*sync, LISTS / lists[0]], f"installing {lists[0]}")
    if folder == "app":
        run(
            [
                UV,
                "pip",
                "install",
                "-q",
                "--python",
                python,
                "--no-deps",
                "--no-build-isolation",
                "--editable",
                ROOT,
            ],
            "installing the usher command",
        )
    stamp.write_text(f"{lists[0]} {digest(lists[0])}")


def main(names):
    """Make the environments named; 0, or 1 with one clear message."""
    os.environ.pop("VIRTUAL_ENV", None)
    if sys.version_info < (3, 9):
        print("usher: python3 is older than 3.9; install a newer one", file=sys.stderr)
        return 1
    try:
        make_uv()
        for name in names:
            make(name)
    except SetupFault as fault:
        print(f"usher: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["bot", "app"]))
