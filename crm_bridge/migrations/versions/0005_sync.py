"""sync: CRMs of the outside

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from crm_bridge.core.database import Document, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crm_connection",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("settings", Document, nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", Instant(), nullable=True),
        sa.Column("leased_by", sa.String(), nullable=True),
        sa.Column("leased_until", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("pulled_at", Instant(), nullable=True),
        sa.Column("reconciled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_connection")),
        sa.UniqueConstraint("name", name=op.f("uq_crm_connection_name")),
    )
    op.create_table(
        "crm_conflict",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("values", Document, nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["crm_connection.id"],
            name=op.f("fk_crm_conflict_connection_id_crm_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_conflict")),
        sa.UniqueConstraint("digest", name=op.f("uq_crm_conflict_digest")),
    )
    with op.batch_alter_table("crm_conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_crm_conflict_connection_id"), ["connection_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_crm_conflict_record_id"), ["record_id"], unique=False)
    op.create_table(
        "crm_cursor",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["crm_connection.id"],
            name=op.f("fk_crm_cursor_connection_id_crm_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "kind", "stream", name=op.f("pk_crm_cursor")),
    )
    op.create_table(
        "crm_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("adopted", sa.Boolean(), nullable=False),
        sa.Column("base", Document, nullable=False),
        sa.Column("seen", Document, nullable=False),
        sa.Column("sent", Document, nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("next_at", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("pass_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["crm_connection.id"],
            name=op.f("fk_crm_link_connection_id_crm_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_link")),
        sa.UniqueConstraint(
            "connection_id",
            "kind",
            "external_id",
            name=op.f("uq_crm_link_connection_id_kind_external_id"),
        ),
        sa.UniqueConstraint(
            "connection_id",
            "kind",
            "record_id",
            name=op.f("uq_crm_link_connection_id_kind_record_id"),
        ),
    )
    with op.batch_alter_table("crm_link", schema=None) as batch_op:
        batch_op.create_index("ix_crm_link_due", ["connection_id", "kind", "next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_crm_link_record_id"), ["record_id"], unique=False)
    op.create_table(
        "crm_poison",
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["crm_connection.id"],
            name=op.f("fk_crm_poison_connection_id_crm_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("connection_id", "kind", "external_id", name=op.f("pk_crm_poison")),
    )
    with op.batch_alter_table("crm_poison", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crm_poison_record_id"), ["record_id"], unique=False)
    op.create_table(
        "crm_received",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("connection_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("handled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["crm_connection.id"],
            name=op.f("fk_crm_received_connection_id_crm_connection"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_received")),
        sa.UniqueConstraint("digest", name=op.f("uq_crm_received_digest")),
    )
    with op.batch_alter_table("crm_received", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crm_received_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_crm_received_connection_id"), ["connection_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("crm_received", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_received_connection_id"))
        batch_op.drop_index(batch_op.f("ix_crm_received_at"))
    op.drop_table("crm_received")
    with op.batch_alter_table("crm_poison", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_poison_record_id"))
    op.drop_table("crm_poison")
    with op.batch_alter_table("crm_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_link_record_id"))
        batch_op.drop_index("ix_crm_link_due")
    op.drop_table("crm_link")
    op.drop_table("crm_cursor")
    with op.batch_alter_table("crm_conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_conflict_record_id"))
        batch_op.drop_index(batch_op.f("ix_crm_conflict_connection_id"))
    op.drop_table("crm_conflict")
    op.drop_table("crm_connection")
