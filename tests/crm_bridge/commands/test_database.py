"""`usher db upgrade` makes the tables that the application has, on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

import crm_bridge.app  # noqa: F401  # every table is known once the application is imported
from crm_bridge.commands.database import configuration
from crm_bridge.core.database import Base
from tests.crm_bridge.commands.conftest import Usher


def test_an_empty_database_gets_every_table_and_a_second_run_changes_nothing(
    usher: Usher, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = configuration(database_url).attributes["url"]
    if url.startswith("sqlite"):
        fresh = tmp_path / "fresh.sqlite"
        url = f"sqlite:///{fresh}"
        monkeypatch.setenv("USHER_DATABASE_URL", f"sqlite+aiosqlite:///{fresh}")
    engine = create_engine(url)
    if not url.startswith("sqlite"):
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
    usher("db", "upgrade")
    tables = set(inspect(engine).get_table_names()) - {"alembic_version"}
    assert tables == set(Base.metadata.tables)
    assert "up to date" in usher("db", "upgrade").output
    engine.dispose()
