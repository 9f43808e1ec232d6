"""`usher key …`: who may use the public API."""

from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.web import api_keys
from crm_bridge.web.api_keys import ApiKeyRow, NewApiKey

app = typer.Typer(help="Keys of the public API.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="who or what will use it")],
    scopes: Annotated[
        str, typer.Option(help="read, write, or RESOURCE:read / RESOURCE:write; comma separated")
    ] = "read,write",
    as_json: AsJson = False,
) -> None:
    """Make a key. It is shown once and kept only as a hash."""
    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]

    async def work(session: AsyncSession, clock: Clock) -> NewApiKey:
        return await api_keys.create_key(session, name, scopes=wanted, now=clock.now())

    key = in_transaction(work)
    if as_json:
        show_json({"id": key.id, "key": key.secret, "name": name, "scopes": wanted})
        return
    typer.echo(f"{key.secret}\n{key.id} for {name}; the key is not shown again")


@app.command(name="list")
def list_keys(as_json: AsJson = False) -> None:
    """Every key with its scopes and last use."""

    async def work(session: AsyncSession, _clock: Clock) -> list[ApiKeyRow]:
        return list(await api_keys.list_keys(session))

    rows = in_transaction(work)
    if as_json:
        names = ("id", "name", "shown", "scopes", "created_at", "last_used_at", "revoked_at")
        show_json([{name: getattr(row, name) for name in names} for row in rows])
        return
    for row in rows:
        used = f"last used {row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
        state = "revoked" if row.revoked_at else used
        typer.echo(f"{row.id}  {row.shown}…  {','.join(row.scopes):<12} {state:<28} {row.name}")


@app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="key_… as `usher key list` shows")]) -> None:
    """Take a key back, at once and for ever."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        await api_keys.revoke_key(session, key_id, now=clock.now())

    in_transaction(work)
    typer.echo(f"{key_id} opens nothing any more")
