"""The migrations make the tables that the models describe, on both databases."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, text

from crm_bridge import migrations
from crm_bridge.booking.exclusion import is_guarded
from crm_bridge.core.database import Base


def _empty(connection: Connection) -> None:
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def test_an_upgraded_database_has_the_tables_of_the_models(database_url: str) -> None:
    engine = create_engine(migrations.synchronous(database_url))
    with engine.begin() as connection:
        _empty(connection)
    migrations.upgrade(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
        if connection.dialect.name == "postgresql":
            assert is_guarded(connection)
    engine.dispose()


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    engine = create_engine(migrations.synchronous(database_url))
    with engine.begin() as connection:
        _empty(connection)
    migrations.upgrade(database_url)
    migrations.upgrade(database_url)
    engine.dispose()


def test_the_first_tables_can_be_taken_back(database_url: str) -> None:
    engine = create_engine(migrations.synchronous(database_url))
    with engine.begin() as connection:
        _empty(connection)
    migrations.upgrade(database_url)
    command.downgrade(migrations.configuration(database_url), "base")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        missing = compare_metadata(context, Base.metadata)
    assert sum(change[0] == "add_table" for change in missing) == len(Base.metadata.tables)
    engine.dispose()
