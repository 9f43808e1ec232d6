"""`usher demo load`: the made-up company, once."""

import asyncio

import typer

from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.demo.load import ADMIN
from crm_bridge.demo.load import load as load_demo
from crm_bridge.settings import Settings

app = typer.Typer(help="The demonstration site.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group even with one command, so that others can join it."""


@app.command()
def load() -> None:
    """Make the demo's playbook, site, advisors and first admin, where they are missing."""
    settings = Settings()

    async def run() -> str | None:
        database = Database(make_engine(settings.database))
        try:
            async with database.transaction() as session:
                return await load_demo(session, data=settings.data, now=Clock(settings.now).now())
        finally:
            await database.close()

    password = asyncio.run(run())
    if password is not None:
        typer.echo(f"console: {settings.public_url}/console")
        typer.echo(f"         sign in as {ADMIN} with {password}   (shown once)")
