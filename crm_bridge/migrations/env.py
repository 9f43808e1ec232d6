"""Alembic's entry: every model of the bridge, one transaction a migration."""

from alembic import context
from sqlalchemy import create_engine, pool

import crm_bridge.app  # noqa: F401  (registers every model)
from crm_bridge.core.database import Base

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        # SQLite cannot alter a column: Alembic copies the table instead
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
