"""`usher user …`: who may sign in to the console."""

import secrets
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import AsJson, in_transaction, operator_settings, show_json
from crm_bridge.console import repository, service
from crm_bridge.core.clock import Clock

app = typer.Typer(help="Who may sign in to the console.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="the address they sign in with")]
Password = Annotated[
    str | None, typer.Option(envvar="USHER_NEW_PASSWORD", help="else one is made and shown once")
]


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

    in_transaction(work)
    shown = "the password you gave" if password else f"{chosen}   (shown once)"
    typer.echo(f"{email} signs in at {operator_settings().public_url}/console with {shown}")


@app.command()
def password(email: Email, password: Password = None) -> None:
    """Give somebody a new password; every browser of theirs is signed out."""
    chosen = password or secrets.token_urlsafe(12)

    async def work(session: AsyncSession, _clock: Clock) -> None:
        await service.set_password(session, email, chosen)

    in_transaction(work)
    typer.echo("changed" if password else f"the new password is {chosen}   (shown once)")


@app.command()
def disable(email: Email) -> None:
    """Keep somebody out from now on."""

    async def work(session: AsyncSession, clock: Clock) -> None:
        await service.disable_user(session, email, now=clock.now())

    in_transaction(work)
    typer.echo(f"{email} can no longer sign in")


@app.command(name="list")
def list_users(as_json: AsJson = False) -> None:
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

    users = in_transaction(work)
    if as_json:
        show_json(users)
        return
    for user in users:
        typer.echo(f"{user['email']:<32} {user['role']:<6} {user['status']:<9} {user['name']}")
