"""The history of the tables, by Alembic. `upgrade` brings a database up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def configuration(url: str) -> Config:
    """Alembic's configuration for a bridge database URL; no alembic.ini is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = synchronous(url)
    return config


def synchronous(url: str) -> str:
    """The same database for a synchronous engine: Alembic needs no event loop."""
    return url.replace("+aiosqlite", "", 1)


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest revision; does nothing when it is there."""
    command.upgrade(configuration(url), "head")
