"""`usher advisor connect …`, `calendars`, `disconnect`: advisors' own calendars."""

import asyncio
import importlib
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer

from crm_bridge.calendars import repository, service
from crm_bridge.calendars.caldav.server import Server, find_calendar
from crm_bridge.calendars.connections import Connection, shown
from crm_bridge.calendars.consent import Consent
from crm_bridge.calendars.ics_feed.subscription import address
from crm_bridge.calendars.models import ConnectedCalendar
from crm_bridge.calendars.parts import CalendarParts, make
from crm_bridge.commands.work import fail, operator_settings
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.errors import UsherError

PASSWORD_VARIABLE: Final = "USHER_CALENDAR_PASSWORD"  # noqa: S105 - a variable's name

app = typer.Typer(help="Connect an advisor's own calendar.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="the advisor's id, e.g. maja")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of lines")]
Limit = Annotated[
    int, typer.Option("--limit-minutes", help="unread for longer, it offers nothing", min=1)
]


class Work:
    """What a command of calendars has: the database, the clock, the calendars."""

    def __init__(self, database: Database, clock: Clock, parts: CalendarParts) -> None:
        self.database = database
        self.clock = clock
        self.parts = parts


def with_calendars[Result](work: Callable[[Work], Awaitable[Result]]) -> Result:
    """Run `work`; a refusal ends the command with one line."""
    importlib.import_module("crm_bridge.app")  # every table is known then
    settings = operator_settings()

    async def run() -> Result:
        database = Database(make_engine(settings.database))
        clock = Clock(settings.now)
        parts = make(settings, database, clock)
        try:
            return await work(Work(database, clock, parts))
        finally:
            await parts.egress.close()
            await database.close()

    try:
        return asyncio.run(run())
    except UsherError as fault:
        fail(fault.detail or fault.code)


@app.command()
def ics(
    id: Id,
    url: Annotated[
        str, typer.Argument(help="the private address of the calendar, https or webcal")
    ],
    name: Annotated[str, typer.Option(help="as it is called in lists")] = "calendar",
    limit_minutes: Limit = 15,
    as_json: AsJson = False,
) -> None:
    """An ICS address: read, never written."""
    secret = {"url": address(url)}
    _connect(id, "ics", name, secret, limit_minutes=limit_minutes, as_json=as_json)


@app.command()
def caldav(
    id: Id,
    url: Annotated[str, typer.Argument(help="of the server, of the account or of the calendar")],
    username: Annotated[str, typer.Option(help="the account")],
    calendar: Annotated[str, typer.Option(help="which of several, by name")] = "",
    read_only: Annotated[bool, typer.Option(help="do not write meetings into it")] = False,
    limit_minutes: Limit = 15,
    as_json: AsJson = False,
) -> None:
    """A CalDAV server (Nextcloud, iCloud, Fastmail, Radicale), by app password.

    The password is read from the terminal, from standard input, or from
    USHER_CALENDAR_PASSWORD; never from the command line.
    """
    password = _password()

    async def found(work: Work) -> tuple[str, str, bool]:
        work.parts.connections.check_address(url)
        server = Server(work.parts.egress, username=username, password=password)
        at, name, may_write = await find_calendar(server, url, name=calendar)
        work.parts.connections.check_address(at)
        return at, name, may_write

    at, name, may_write = with_calendars(found)
    secret = {"url": at, "username": username, "password": password}
    _connect(
        id,
        "caldav",
        name,
        secret,
        writes=may_write and not read_only,
        limit_minutes=limit_minutes,
        as_json=as_json,
    )


Which = Annotated[str, typer.Option(help="the calendar's id; the main one unless given")]


@app.command()
def google(id: Id, calendar: Which = "", as_json: AsJson = False) -> None:
    """A Google calendar: prints the link that the advisor opens to let us in."""
    _link("google", id, calendar, as_json=as_json)


@app.command()
def microsoft(id: Id, calendar: Which = "", as_json: AsJson = False) -> None:
    """An Outlook calendar: prints the link that the advisor opens to let us in."""
    _link("microsoft", id, calendar, as_json=as_json)


def calendars(
    id: Annotated[str, typer.Argument(help="of one advisor; of everybody unless given")] = "",
    as_json: AsJson = False,
) -> None:
    """The connected calendars: when each was read, and what is wrong."""

    async def work(work: Work) -> list[Connection]:
        async with work.database.reading() as session:
            if id:
                await service.get(session, id)
            return await work.parts.connections.listed(session, id or None, now=work.clock.now())

    found = with_calendars(work)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], default=str, ensure_ascii=False))
        return
    for each in found:
        typer.echo(_line(each))


def disconnect(calendar: Annotated[str, typer.Argument(help="its id, cal_…")]) -> None:
    """Forget a calendar: what lets us in and everything it told."""

    async def work(work: Work) -> ConnectedCalendar:
        async with work.database.transaction() as session:
            return await work.parts.connections.disconnect(session, calendar)

    gone = with_calendars(work)
    typer.echo(f"{gone.kind} {gone.name} of {gone.advisor_id} is no longer connected")


def _connect(
    advisor: str,
    kind: str,
    name: str,
    secret: dict[str, Any],
    *,
    limit_minutes: int,
    as_json: bool,
    writes: bool = False,
) -> None:
    async def work(work: Work) -> tuple[Connection, int]:
        async with work.database.transaction() as session:
            made = await work.parts.connections.connect(
                session,
                advisor,
                kind,
                name=name,
                secret=secret,
                writes=writes,
                limit_minutes=limit_minutes,
                now=work.clock.now(),
            )
        await work.parts.syncer.sync(made.id)
        async with work.database.reading() as session:
            again = await session.get_one(ConnectedCalendar, made.id)
            taken = await repository.busy_count(session, made.id)
        return shown(again, work.clock.now()), taken

    connection, taken = with_calendars(work)
    if as_json:
        told = {**asdict(connection), "busy_times": taken}
        typer.echo(json.dumps(told, default=str, ensure_ascii=False))
    else:
        typer.echo(_line(connection))
        typer.echo(f"{taken} busy times in the next months")
    if connection.status != "ok":
        raise typer.Exit(1)


def _link(kind: str, advisor: str, calendar: str, *, as_json: bool) -> None:
    settings = operator_settings()

    async def work(work: Work) -> str:
        async with work.database.reading() as session:
            await service.get(session, advisor)
        return Consent(settings, work.parts.egress).link(kind, advisor, calendar=calendar)

    link = with_calendars(work)
    if as_json:
        typer.echo(json.dumps({"advisor": advisor, "kind": kind, "link": link}))
        return
    typer.echo(f"Send this link to {advisor}; it is good for a day:\n{link}")


def _line(each: Connection) -> str:
    what = "reads and writes" if each.writes else "reads"
    when = f"read {each.read_at:%Y-%m-%d %H:%M} UTC" if each.read_at else "never read"
    wrong = f": {each.problem}" if each.problem else ""
    name = f"{each.kind} {each.name}"
    return f"{each.id}  {each.advisor:<12} {name:<24} {each.status:<8} {what}, {when}{wrong}"


def _password() -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given:
        return given
    if sys.stdin.isatty():
        return str(typer.prompt("App password", hide_input=True))
    return sys.stdin.readline().rstrip("\n")
