"""The migrations make the tables that the models describe, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import NullPool, create_engine, make_url, text

from crm_bridge import migrations
from crm_bridge.booking.exclusion import is_guarded
from crm_bridge.core.database import Base


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without a table."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'bare.sqlite'}"
        return
    url = make_url(request.getfixturevalue("postgresql_url"))
    server = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE bare"))
    yield url.set(database="bare").render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE bare WITH (FORCE)"))


def test_an_upgraded_database_has_the_tables_of_the_models(bare_url: str) -> None:
    engine = create_engine(migrations.synchronous(bare_url))
    migrations.upgrade(bare_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
        assert is_guarded(connection)
    engine.dispose()


def test_upgrading_twice_changes_nothing(bare_url: str) -> None:
    migrations.upgrade(bare_url)
    migrations.upgrade(bare_url)


def test_the_first_tables_can_be_taken_back(bare_url: str) -> None:
    engine = create_engine(migrations.synchronous(bare_url))
    migrations.upgrade(bare_url)
    command.downgrade(migrations.configuration(bare_url), "base")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        missing = compare_metadata(context, Base.metadata)
    assert sum(change[0] == "add_table" for change in missing) == len(Base.metadata.tables)
    engine.dispose()
