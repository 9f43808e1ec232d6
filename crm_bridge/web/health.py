"""How the house is: /healthz (the process lives), /readyz (one line for each part) and
/metrics (Prometheus).

A domain adds its checks in `app.py`: `checks.add("mail", check)`. A check gives a word or
two ("ok", "12 messages wait") or raises; one that the house can do without (`needed`
false: an advisor's calendar) shows its fault and leaves the answer 200.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import text
from starlette.responses import Response

from crm_bridge.core.database import Database

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 3.0

Check = Callable[[], Awaitable[str]]
# Parts of which there are several: their names and checks as they are now.
Several = Callable[[], Awaitable[dict[str, Check]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: `line` is for a person."""

    name: str
    well: bool
    needed: bool
    line: str


class Checks:
    """The registry of what must be well for the house to work."""

    def __init__(self) -> None:
        self._checks: list[tuple[str, Check, bool]] = []
        self._several: list[tuple[Several, bool]] = []

    def add(self, name: str, check: Check, *, needed: bool = True) -> None:
        """Ask `check` at each /readyz."""
        self._checks.append((name, check, needed))

    def add_several(self, several: Several, *, needed: bool = True) -> None:
        """Ask every check that `several` names at that time (one for each calendar)."""
        self._several.append((several, needed))

    async def findings(self) -> list[Finding]:
        """All checks, asked at once, in the order in which they were added."""
        checks = list(self._checks)
        unknown = []
        for several, needed in self._several:
            try:
                checks += [(name, check, needed) for name, check in (await several()).items()]
            except Exception as fault:
                log.info("parts could not be listed: %s", fault)
                line = f"cannot be listed: {type(fault).__name__}"
                unknown.append(Finding("others", well=False, needed=needed, line=line))
        return [*await asyncio.gather(*(_ask(*check) for check in checks)), *unknown]


async def _ask(name: str, check: Check, needed: bool) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return Finding(name, well=True, needed=needed, line=await check())
    except TimeoutError:
        return Finding(name, well=False, needed=needed, line="no answer in time")
    except Exception as fault:
        # The class says enough: a message may hold an address or a password.
        log.info("%s is not well: %s", name, fault)
        return Finding(name, well=False, needed=needed, line=type(fault).__name__)


def database_check(database: Database) -> Check:
    """Whether the database answers."""

    async def check() -> str:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
        return "ok"

    return check


router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> PlainTextResponse:
    """200 while the process lives."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def readyz(request: Request) -> PlainTextResponse:
    """200 when everything needed is well, else 503; a line for each part either way."""
    checks: Checks = request.app.state.checks
    findings = await checks.findings()
    lines = [
        f"{one.name}: {one.line if one.well else 'not well: ' + one.line}\n" for one in findings
    ]
    down = any(one.needed and not one.well for one in findings)
    return PlainTextResponse("".join(lines), status_code=503 if down else 200)


@router.get("/metrics")
async def metrics() -> Response:
    """Everything counted, as Prometheus text."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
