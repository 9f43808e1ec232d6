"""companies in order: merges and suggested duplicates

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


def upgrade() -> None:
    op.create_table(
        "company_merge",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kept_id", sa.String(), nullable=False),
        sa.Column("gone_id", sa.String(), nullable=False),
        sa.Column("undo", Document, nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        _company("kept_id", "company_merge"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_merge")),
    )
    op.create_index(op.f("ix_company_merge_kept_id"), "company_merge", ["kept_id"])
    op.create_table(
        "company_suggestion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("first_id", sa.String(), nullable=False),
        sa.Column("second_id", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("found_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        _company("first_id", "company_suggestion"),
        _company("second_id", "company_suggestion"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_suggestion")),
        sa.UniqueConstraint(
            "first_id", "second_id", name=op.f("uq_company_suggestion_first_id_second_id")
        ),
    )
    op.create_index(op.f("ix_company_suggestion_second_id"), "company_suggestion", ["second_id"])


def _company(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["company.id"], name=op.f(f"fk_{table}_{column}_company"), ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_table("company_suggestion")
    op.drop_table("company_merge")
