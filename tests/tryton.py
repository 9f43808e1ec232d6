"""A real Tryton of the tests' own: its own process, on a free port of 127.0.0.1.

Its database is initialised once (kept in var/cache for the version that made it) and
copied for every server (one a session of pytest). Tryton asks the DNS whether a mail domain exists; here there may be
none, so its process is started with a `dns` package that cannot be imported, and then
Tryton does not ask.
"""

import base64
import fcntl
import importlib.metadata
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any

import httpx

from tests.postgresql import free_port, missing

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a-long-password"


@dataclass
class Tryton:
    """A running server, and a client of its own beside ours."""

    url: str
    database: str
    process: "subprocess.Popen[bytes]"
    file: Path  # its database
    session: str = ""

    @property
    def given(self) -> dict[str, str]:
        """What `usher crm connect tryton` is given."""
        return {
            "url": self.url,
            "database": self.database,
            "user": "admin",
            "password": PASSWORD,
        }

    def call(self, method: str, *params: Any, context: dict[str, Any] | None = None) -> Any:
        """The result of a method; an error of Tryton's is an AssertionError."""
        if not self.session:
            got = self._post("common.db.login", ["admin", {"password": PASSWORD}, "en"])
            self.session = base64.b64encode(f"admin:{got[0]}:{got[1]}".encode()).decode()
        return self._post(method, [*params, context or {}])

    def _post(self, method: str, params: list[Any]) -> Any:
        headers = {"Authorization": f"Session {self.session}"} if self.session else {}
        body = {"id": 1, "method": method, "params": params}
        address = f"{self.url}/{self.database}/rpc/"
        answer = httpx.post(address, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        given = answer.json()
        assert "error" not in given, given["error"]
        return given["result"]

    def party(self, name: str, **mechanisms: str) -> int:
        """Make a party; its id."""
        made = [{"type": kind, "value": value} for kind, value in mechanisms.items()]
        values = {"name": name, "contact_mechanisms": [["create", made]] if made else []}
        return int(self.call("model.party.party.create", [values])[0])

    def many_at_once(self, count: int) -> None:
        """Make so many parties with an address each, all of one timestamp."""
        for some in batched(range(count), 500):
            addresses = [[{"type": "email", "value": f"p{one}@acme.si"}] for one in some]
            parties = [
                {"name": "Ana Novak", "contact_mechanisms": [["create", made]]}
                for made in addresses
            ]
            self.call("model.party.party.create", parties)
        with closing(sqlite3.connect(self.file, timeout=30)) as database, database:
            for table in ("party_party", "party_contact_mechanism"):
                (first,) = database.execute(f"SELECT min(write_date) FROM {table}").fetchone()
                database.execute(
                    f"UPDATE {table} SET create_date = ?, write_date = ?", (first, first)
                )

    def empty(self) -> None:
        """Delete every party."""
        self.call("model.party.party.delete", self.call("model.party.party.search", []))

    def parties(self) -> list[dict[str, Any]]:
        """Every party: id, code, name, and its mechanisms by type."""
        fields = ["code", "name", "contact_mechanisms.type", "contact_mechanisms.value"]
        rows = self.call("model.party.party.search_read", [], 0, None, [["id", "ASC"]], fields)
        return [
            {
                **{name: row[name] for name in ("id", "code", "name")},
                **{one["type"]: one["value"] for one in row["contact_mechanisms."]},
            }
            for row in rows
        ]


def _binary(name: str) -> Path | None:
    found = Path(sys.executable).parent / name
    return found if found.exists() else None


def _no_dns(folder: Path) -> dict[str, str]:
    package = folder / "no-dns" / "dns"
    package.mkdir(parents=True, exist_ok=True)
    (package / "__init__.py").write_text('raise ImportError("there is no DNS here")\n')
    return {**os.environ, "PYTHONPATH": str(package.parent)}


def _config(folder: Path, port: int) -> Path:
    file = folder / "trytond.conf"
    file.write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n"
    )
    return file


def initialised() -> Path:
    """The database file to copy, made if it is not there."""
    admin = _binary("trytond-admin")
    if admin is None:
        missing("Tryton (pip install trytond trytond-party)")
    version = importlib.metadata.version("trytond")
    folder = ROOT / "var" / "cache" / f"tryton-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done.sqlite"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _initialise(folder, str(admin))
            shutil.copyfile(folder / "crm.sqlite", done)
    return done


def _initialise(folder: Path, admin: str) -> None:
    for left in folder.glob("crm.sqlite*"):
        left.unlink()
    (folder / "crm.sqlite").touch()
    password = folder / "password"
    password.write_text(PASSWORD)
    command = [admin, "-c", str(_config(folder, 1)), "-d", "crm", "-u", "party"]
    subprocess.run(
        [*command, "--activate-dependencies"],
        input=b"\n",  # no address for the administrator: it would be looked up in the DNS
        check=True,
        capture_output=True,
        env={**_no_dns(folder), "TRYTONPASSFILE": str(password)},
    )


@contextmanager
def running(folder: Path) -> Iterator[Tryton]:
    """A server in `folder` with an empty database."""
    template, port = initialised(), free_port()
    shutil.copyfile(template, folder / "crm.sqlite")
    with (folder / "trytond.log").open("wb") as log:
        process = subprocess.Popen(
            [str(_binary("trytond")), "-c", str(_config(folder, port)), "-d", "crm"],
            env=_no_dns(folder),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    server = Tryton(f"http://127.0.0.1:{port}", "crm", process, folder / "crm.sqlite")
    try:
        _until_it_answers(server)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _until_it_answers(server: Tryton) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.call("model.party.party.search_count", [])
        except httpx.TransportError:
            assert server.process.poll() is None, "trytond ended at once"
            assert time.monotonic() < deadline, "trytond does not answer"
            time.sleep(0.1)
        else:
            return
