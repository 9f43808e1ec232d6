"""Alembic's entry: every model of the bridge, one transaction a migration."""

from alembic import context
from sqlalchemy import create_engine, pool

import crm_bridge.app
from crm_bridge.core.database import Base, Document, Instant


def _named(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our own column types by name, not as what they are made of."""
    if kind != "type":
        return False
    if isinstance(item, Instant):
        autogen_context.imports.add("from crm_bridge.core.database import Instant")
        return "Instant()"
    if item is Document:
        autogen_context.imports.add("from crm_bridge.core.database import Document")
        return "Document"
    return False


engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=_named,
        # SQLite cannot alter a column: Alembic copies the table instead
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
