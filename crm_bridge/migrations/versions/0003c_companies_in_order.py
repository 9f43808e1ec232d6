"""records in order: merges and suggested duplicates

Revision ID: 0003c
Revises: 0003b
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from crm_bridge.core.database import Document, Instant

revision = "0003c"
down_revision = "0003b"
branch_labels = None
depends_on = None


# record, its merges, its suggestions
KINDS = (
    ("contact", "contact_merge", "duplicate_suggestion"),
    ("company", "company_merge", "company_suggestion"),
)


def upgrade() -> None:
    for record, merge, suggestion in KINDS:
        _create_merge(record, merge)
        _create_suggestion(record, suggestion)


def _create_merge(record: str, table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kept_id", sa.String(), nullable=False),
        sa.Column("gone_id", sa.String(), nullable=False),
        sa.Column("undo", Document, nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        _naming(record, "kept_id", table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    _index(table, "kept_id", "gone_id")


def _create_suggestion(record: str, table: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        _naming(record, "first_id", table),
        _naming(record, "second_id", table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f(f"uq_{table}_first_id_second_id")),
    )
    _index(table, "second_id", "status")


def _naming(record: str, column: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{record}")
    return sa.ForeignKeyConstraint([column], [f"{record}.id"], name=name, ondelete="CASCADE")


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for _, merge, suggestion in reversed(KINDS):
        op.drop_table(suggestion)
        op.drop_table(merge)
