"""`usher demo load`: the made-up company, once."""

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from crm_bridge.commands.work import in_transaction, operator_settings
from crm_bridge.core.clock import Clock
from crm_bridge.demo.load import ADMIN
from crm_bridge.demo.load import load as load_demo

app = typer.Typer(help="The demonstration site.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group even with one command, so that others can join it."""


@app.command()
def load() -> None:
    """Make the demo's playbook, site, advisors and first admin, where they are missing."""
    settings = operator_settings()

    async def work(session: AsyncSession, clock: Clock) -> str | None:
        return await load_demo(session, data=settings.data, now=clock.now())

    password = in_transaction(work)
    if password is not None:
        typer.echo(f"console: {settings.public_url}/console")
        typer.echo(f"         sign in as {ADMIN} with {password}   (shown once)")
