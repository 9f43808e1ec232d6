"""`usher crm …`: connections to the CRMs that the company uses already."""

import asyncio
import importlib
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, fail, in_transaction, operator_settings, show_json
from crm_bridge.connectors.port import Credentials
from crm_bridge.connectors.registry import SYSTEMS, open_crm, system_named
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.errors import UsherError
from crm_bridge.core.sealed import Seal
from crm_bridge.settings import Settings
from crm_bridge.sync import connections, repository
from crm_bridge.sync.models import CrmConnection
from crm_bridge.sync.reconcile import Report
from crm_bridge.sync.worker import Syncer

app = typer.Typer(help="CRMs that are kept in step.", no_args_is_help=True)


@app.callback()
def _crm() -> None:
    """CRMs that are kept in step."""


@app.command()
def systems(as_json: AsJson = False) -> None:
    """What can be connected, and what each needs."""
    if as_json:
        show_json({s.name: {**s.settings, **s.secrets} for s in SYSTEMS.values()})
        return
    for system in SYSTEMS.values():
        typer.echo(system.name)
        for name, what in {**system.settings, **system.secrets}.items():
            typer.echo(f"  {name:<14} {what}")


@app.command()
def connect(
    system: Annotated[str, typer.Argument(help="tryton, hubspot … (`usher crm systems`)")],
    given: Annotated[
        list[str] | None,
        typer.Argument(help="setting=value …; what is left out is asked for, unseen if secret"),
    ] = None,
    name: Annotated[str, typer.Option(help="what to call it; the system's name if left out")] = "",
    check: Annotated[bool, typer.Option(help="sign in before anything is kept")] = True,
) -> None:
    """Connect a CRM. Its records are read whole before anything is written there."""
    settings = operator_settings()
    try:
        wanted = system_named(system)
        parts = dict(part.partition("=")[::2] for part in given or [])
        for one, what in {**wanted.settings, **wanted.secrets}.items():
            if not parts.get(one) and one not in wanted.defaults:
                parts[one] = typer.prompt(f"{one} ({what})", hide_input=one in wanted.secrets)
        sorted_out = connections.credentials(system, parts)
        seal = Seal(settings.secret_key.get_secret_value())
        if check:
            typer.echo(asyncio.run(_checked(system, sorted_out, settings)))
    except UsherError as fault:
        fail(fault.detail or fault.code)

    async def work(session: AsyncSession, clock: Clock) -> str:
        row = await connections.connect(
            session,
            name or system,
            system=system,
            given=sorted_out,
            seal=seal,
            now=clock.now(),
        )
        return row.id

    typer.echo(f"{in_transaction(work)}: {name or system} is connected")


async def _checked(system: str, given: Credentials, settings: Settings) -> str:
    crm = open_crm(connections.mapping_of(system, settings.data), given)
    try:
        return await crm.check()
    finally:
        await crm.close()


@app.command()
def status(as_json: AsJson = False) -> None:
    """Every connection: how it is, what waits, what went wrong."""

    async def work(session: AsyncSession, _clock: Clock) -> list[dict[str, Any]]:
        rows = await repository.connections(session)
        return [await describe(session, row) for row in rows]

    found = in_transaction(work)
    if as_json:
        show_json(found)
        return
    for row in found:
        typer.echo(f"{row['name']} ({row['system']}): {row['state']}  {row['error'] or ''}")
        for kind, counts in row["records"].items():
            said = ", ".join(f"{number} {state}" for state, number in counts.items())
            typer.echo(f"  {kind}: {said}")
        for row_poison in row["poison"][:20]:
            typer.echo(f"  {row_poison['kind']} {row_poison['id']}: {row_poison['error']}")


async def describe(session: AsyncSession, row: CrmConnection) -> dict[str, Any]:
    """A connection as it is shown: no secret in it."""
    records: dict[str, dict[str, int]] = {}
    for (kind, state), number in (await repository.count_links(session, row.id)).items():
        records.setdefault(kind, {})[state] = number
    poison = await repository.poison(session, row.id)
    return {
        "id": row.id,
        "name": row.name,
        "system": row.system,
        "state": row.state,
        "error": row.error,
        "paused_until": row.paused_until,
        "pulled_at": row.pulled_at,
        "reconciled_at": row.reconciled_at,
        "records": records,
        "poison": [
            {"kind": one.kind, "id": one.external_id, "error": one.error, "at": one.at}
            for one in poison
        ],
    }


@app.command()
def conflicts(
    name: Annotated[str, typer.Argument(help="a connection; all of them if left out")] = "",
    limit: Annotated[int, typer.Option(help="most to show")] = 50,
    as_json: AsJson = False,
) -> None:
    """Fields that both sides changed, and what became of them; newest first."""

    async def work(session: AsyncSession, _clock: Clock) -> list[dict[str, Any]]:
        row = await connections.named(session, name) if name else None
        found = await repository.conflicts(
            session, connection_id=row.id if row else None, limit=limit
        )
        names = ("at", "kind", "record_id", "external_id", "field", "owner", "values")
        return [{word: getattr(one, word) for word in names} for one in found]

    rows = in_transaction(work)
    if as_json:
        show_json(rows)
        return
    for one in rows:
        values = one["values"]
        typer.echo(
            f"{one['at']:%Y-%m-%d %H:%M}  {one['record_id']} {one['field']}:"
            f" ours {values['ours']!r}, theirs {values['theirs']!r}"
            f" -> {values['chosen']!r} ({one['owner']})"
        )


@app.command()
def reconcile(
    name: Annotated[str, typer.Argument(help="the connection")],
    allow_drop: Annotated[
        bool, typer.Option("--allow-drop", help="many records were really deleted in the CRM")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare everything with everything now, and push what differs."""

    async def work(syncer: Syncer, row: CrmConnection) -> list[Report]:
        return await syncer.reconcile(row, allow_drop=allow_drop)

    reports = _with_syncer(name, work)
    if as_json:
        show_json([{word: getattr(one, word) for word in Report.__slots__} for one in reports])
        return
    for one in reports:
        typer.echo(
            f"{one.kind}: {one.seen} seen, {one.taken} taken over, {one.gone} gone,"
            f" {one.drifted} of ours pushed"
        )


@app.command()
def resume(name: Annotated[str, typer.Argument(help="the connection")]) -> None:
    """Try a connection again that was set aside as broken, or rests."""

    async def work(session: AsyncSession, _clock: Clock) -> None:
        row = await connections.named(session, name)
        row.state = "live" if row.pulled_at else "new"
        row.paused_until, row.failures, row.error = None, 0, None

    in_transaction(work)
    typer.echo(f"{name} is tried again")


@app.command()
def disconnect(name: Annotated[str, typer.Argument(help="the connection")]) -> None:
    """Forget a connection, its secrets and its links; records stay on both sides."""

    async def work(session: AsyncSession, _clock: Clock) -> None:
        await session.delete(await connections.named(session, name))

    in_transaction(work)
    typer.echo(f"{name} is disconnected")


def _with_syncer[Result](
    name: str, work: Callable[[Syncer, CrmConnection], Awaitable[Result]]
) -> Result:
    importlib.import_module("crm_bridge.app")  # every table, by name: see commands.work
    settings = operator_settings()

    async def run() -> Result:
        database = Database(make_engine(settings.database))
        secret = settings.secret_key.get_secret_value()
        syncer = Syncer(database, Clock(settings.now), secret_key=secret, data=settings.data)
        try:
            async with database.reading() as session:
                row = await connections.named(session, name)
            return await work(syncer, row)
        finally:
            await syncer.close()
            await database.close()

    try:
        return asyncio.run(run())
    except UsherError as fault:
        fail(fault.detail or fault.code)
