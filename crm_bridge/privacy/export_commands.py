"""`usher export`: everything that the house holds."""

import asyncio
import importlib
from pathlib import Path
from typing import Annotated

import typer

from crm_bridge.commands.work import AsJson, fail, operator_settings, show_json
from crm_bridge.core.clock import Clock
from crm_bridge.core.database import Database, make_engine
from crm_bridge.privacy.export_all import export_all

app = typer.Typer()


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="a new folder, or a file ending in .zip")],
    as_json: AsJson = False,
) -> None:
    """Write everything out: CSV for people, JSON lines of every table, no secrets."""
    importlib.import_module("crm_bridge.app")  # then every table is known
    settings = operator_settings()

    async def work() -> dict[str, int]:
        database = Database(make_engine(settings.database))
        try:
            return await export_all(database, to, now=Clock(settings.now).now())
        finally:
            await database.close()

    try:
        counts = asyncio.run(work())
    except FileExistsError:
        fail(f"{to} is there already; name a new folder or file")
    if as_json:
        show_json({"to": str(to), "rows": counts})
    else:
        typer.echo(f"{sum(counts.values())} rows of {len(counts)} tables written to {to}")
