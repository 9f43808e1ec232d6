"""meetings: advisors, their calendars, bookings

Revision ID: 0004
Revises: 0003c
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from crm_bridge.booking.exclusion import add_exclusion
from crm_bridge.core.database import Document, Instant

revision = "0004"
down_revision = "0003c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "advisor",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("languages", Document, nullable=False),
        sa.Column("working_hours", Document, nullable=False),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("daily_limit", sa.Integer(), nullable=True),
        sa.Column("weekly_limit", sa.Integer(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("lock_version", sa.Integer(), nullable=False),
        sa.Column("busy_digest", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_advisor")),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("playbook", sa.String(), nullable=True),
        sa.Column("playbook_version", sa.Integer(), nullable=True),
        sa.Column("titles", Document, nullable=False),
        sa.Column("start_at", Instant(), nullable=False),
        sa.Column("end_at", Instant(), nullable=False),
        sa.Column("pad_start_at", Instant(), nullable=False),
        sa.Column("pad_end_at", Instant(), nullable=False),
        sa.Column("hold_token", sa.String(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("page_token_hash", sa.String(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=True),
        sa.Column("visitor", Document, nullable=False),
        sa.Column("visitor_email", sa.String(), nullable=True),
        sa.Column("reason", Document, nullable=False),
        sa.Column("video_room", sa.String(), nullable=True),
        sa.Column("in_calendar", sa.Boolean(), nullable=False),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("attendance", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("booked_at", Instant(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advisor_id"], ["advisor.id"], name=op.f("fk_booking_advisor_id_advisor")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_booking_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("hold_token", name=op.f("uq_booking_hold_token")),
        sa.UniqueConstraint("page_token_hash", name=op.f("uq_booking_page_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_booking_uid")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index("ix_booking_advisor_end", ["advisor_id", "end_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_booking_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_booking_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(
            "ix_booking_held",
            ["expires_at"],
            unique=False,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.create_index("ix_booking_start", ["start_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_booking_visitor_email"), ["visitor_email"], unique=False
        )
        batch_op.create_index(
            "uq_booking_one_hold",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
    op.create_table(
        "busy_bits",
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("stretch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bits", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advisor_id"],
            ["advisor.id"],
            name=op.f("fk_busy_bits_advisor_id_advisor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("advisor_id", "stretch", name=op.f("pk_busy_bits")),
    )
    op.create_table(
        "connected_calendar",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("writes", sa.Boolean(), nullable=False),
        sa.Column("limit_minutes", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("synced_at", Instant(), nullable=True),
        sa.Column("next_sync_at", Instant(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("stale_told_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advisor_id"],
            ["advisor.id"],
            name=op.f("fk_connected_calendar_advisor_id_advisor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_connected_calendar")),
    )
    with op.batch_alter_table("connected_calendar", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_connected_calendar_advisor_id"), ["advisor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_connected_calendar_next_sync_at"), ["next_sync_at"], unique=False
        )
    op.create_table(
        "busy_interval",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("calendar_id", sa.String(), nullable=False),
        sa.Column("source_event", sa.String(), nullable=False),
        sa.Column("start_at", Instant(), nullable=False),
        sa.Column("end_at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advisor_id"],
            ["advisor.id"],
            name=op.f("fk_busy_interval_advisor_id_advisor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["connected_calendar.id"],
            name=op.f("fk_busy_interval_calendar_id_connected_calendar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_interval")),
    )
    with op.batch_alter_table("busy_interval", schema=None) as batch_op:
        batch_op.create_index(
            "ix_busy_interval_advisor_end", ["advisor_id", "end_at"], unique=False
        )
        batch_op.create_index(
            "ix_busy_interval_event", ["calendar_id", "source_event"], unique=False
        )
    op.create_table(
        "calendar_entry",
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("calendar_id", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=True),
        sa.Column("start_at", Instant(), nullable=False),
        sa.Column("end_at", Instant(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("video_url", sa.String(), nullable=True),
        sa.Column("written", sa.Boolean(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["connected_calendar.id"],
            name=op.f("fk_calendar_entry_calendar_id_connected_calendar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("uid", "calendar_id", name=op.f("pk_calendar_entry")),
    )
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calendar_entry_calendar_ref", ["calendar_id", "ref"], unique=False
        )
    op.create_table(
        "claim",
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("cell", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_claim_booking_id_booking"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("advisor_id", "cell", name=op.f("pk_claim")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_booking_id"), ["booking_id"], unique=False)
    op.create_table(
        "advisor_time",
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("start_at", Instant(), nullable=False),
        sa.Column("end_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_advisor_time_booking_id_booking"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", "advisor_id", name=op.f("pk_advisor_time")),
    )
    with op.batch_alter_table("advisor_time", schema=None) as batch_op:
        batch_op.create_index("ix_advisor_time_advisor_end", ["advisor_id", "end_at"], unique=False)
    op.create_table(
        "booking_fellow",
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("in_calendar", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["advisor_id"], ["advisor.id"], name=op.f("fk_booking_fellow_advisor_id_advisor")
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"],
            ["booking.id"],
            name=op.f("fk_booking_fellow_booking_id_booking"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("booking_id", "advisor_id", name=op.f("pk_booking_fellow")),
    )
    with op.batch_alter_table("booking_fellow", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_booking_fellow_advisor_id"), ["advisor_id"], unique=False
        )
    op.create_table(
        "turn_ledger",
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("account", Document, nullable=False),
        sa.PrimaryKeyConstraint("playbook", name=op.f("pk_turn_ledger")),
    )
    op.create_table(
        "ledger_line",
        sa.Column("playbook", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("booking_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("advisor_id", sa.String(), nullable=False),
        sa.Column("weights", Document, nullable=False),
        sa.Column("reason", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("playbook", "number", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint(
            "booking_id", "act", "round", name=op.f("uq_ledger_line_booking_id_act_round")
        ),
    )
    add_exclusion(op.get_bind())


def downgrade() -> None:
    op.drop_table("ledger_line")
    op.drop_table("turn_ledger")
    with op.batch_alter_table("booking_fellow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_fellow_advisor_id"))
    op.drop_table("booking_fellow")
    with op.batch_alter_table("advisor_time", schema=None) as batch_op:
        batch_op.drop_index("ix_advisor_time_advisor_end")
    op.drop_table("advisor_time")
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_booking_id"))
    op.drop_table("claim")
    with op.batch_alter_table("calendar_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_calendar_entry_calendar_ref")
    op.drop_table("calendar_entry")
    with op.batch_alter_table("busy_interval", schema=None) as batch_op:
        batch_op.drop_index("ix_busy_interval_event")
        batch_op.drop_index("ix_busy_interval_advisor_end")
    op.drop_table("busy_interval")
    with op.batch_alter_table("connected_calendar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_connected_calendar_next_sync_at"))
        batch_op.drop_index(batch_op.f("ix_connected_calendar_advisor_id"))
    op.drop_table("connected_calendar")
    op.drop_table("busy_bits")
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_booking_one_hold",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.drop_index(batch_op.f("ix_booking_visitor_email"))
        batch_op.drop_index("ix_booking_start")
        batch_op.drop_index(
            "ix_booking_held",
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.drop_index(batch_op.f("ix_booking_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_booking_contact_id"))
        batch_op.drop_index("ix_booking_advisor_end")
    op.drop_table("booking")
    op.drop_table("advisor")
