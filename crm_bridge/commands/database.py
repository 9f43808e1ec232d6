"""`usher db upgrade`: the tables as this version needs them."""

from typing import Annotated

import typer
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from crm_bridge.commands.work import operator_settings

app = typer.Typer(help="The database's tables.", no_args_is_help=True)

_PLAIN = {"sqlite+aiosqlite": "sqlite"}  # drivers of asyncio -> the same without


@app.callback()
def _group() -> None:
    """The database's tables."""


def configuration(database_url: str) -> Config:
    """Alembic's, for the migrations of this package and a database (SQLAlchemy URL)."""
    config = Config()
    config.set_main_option("script_location", "crm_bridge:migrations")
    url = make_url(database_url)
    url = url.set(drivername=_PLAIN.get(url.drivername, url.drivername))
    config.attributes["url"] = url.render_as_string(hide_password=False)
    return config


@app.command()
def upgrade(
    revision: Annotated[str, typer.Argument(help="up to which; default: the newest")] = "head",
) -> None:
    """Bring the tables up to date; nothing happens where they are."""
    settings = operator_settings()
    settings.var.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(settings.database), revision)
    typer.echo("the database is up to date")
