"""`usher user …`: who may sign in to the console."""

import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.console import repository, service
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.core.errors import UsherError
from crm_bridge.settings import Settings

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="the address they sign in with")]
Password = Annotated[
    str | None, typer.Option(envvar="USHER_NEW_PASSWORD", help="else one is made and shown once")
]


def _in_transaction[Result](work: Callable[[AsyncSession, Clock], Awaitable[Result]]) -> Result:
    settings = Settings()

    async def run() -> Result:
        database = Database(make_engine(settings.database))
        try:
            async with database.transaction() as session:
                return await work(session, Clock(settings.now))
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except UsherError as fault:
        typer.echo(f"usher: {fault.detail}", err=True)
        sys.exit(1)


@app.command()
def create(
    email: Email,
    name: Annotated[str, typer.Option(help="as colleagues know them")] = "",
    role: Annotated[str, typer.Option(help="rep or admin")] = "rep",
    password: Password = None,
) -> None:
    """Let somebody sign in."""
    chosen = password or secrets.token_urlsafe(12)

    async def work(session: AsyncSession, clock: Clock) -> None:
        await service.create_user(
            session, email, name=name, role=role, password=chosen, now=clock.now()
        )

    _in_transaction(work)
    shown = "the password you gave" if password else f"{chosen}   (shown once)"
    typer.echo(f"{email} signs in at {Settings().public_url}/console with {shown}")


@app.command()
def password(email: Email, password: Password = None) -> None:
    """Give somebody a new password; every browser of theirs is signed out."""
    chosen = password or secrets.token_urlsafe(12)

    async def work(session: AsyncSession, _clock: Clock) -> None:
        await service.set_password(session, email, chosen)

    _in_transaction(work)
    typer.echo("changed" if password else f"the new password is {chosen}   (shown once)")


@app.command()
def disable(email: Email) -> None:
    """Keep somebody out from now on."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        await service.disable_user(session, email, now=clock.now())

    _in_transaction(work)
    typer.echo(f"{email} can no longer sign in")


@app.command(name="list")
def list_users(
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """Everybody who may sign in."""

    async def work(session: AsyncSession, _clock: Clock) -> list[dict[str, str]]:
        users = await repository.list_users(session)
        return [
            {
                "email": user.email,
                "name": user.name,
                "role": user.role,
                "status": "disabled" if user.disabled_at else "active",
            }
            for user in users
        ]

    users = _in_transaction(work)
    if as_json:
        typer.echo(json.dumps(users, ensure_ascii=False))
        return
    for user in users:
        typer.echo(f"{user['email']:<32} {user['role']:<6} {user['status']:<9} {user['name']}")
