"""records: companies, contacts, deals, tickets, activities

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from crm_bridge.core.database import Document, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("name_compared", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("industry", sa.String(), nullable=True),
        sa.Column("employees_min", sa.Integer(), nullable=True),
        sa.Column("employees_max", sa.Integer(), nullable=True),
        sa.Column("lifecycle_stage", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("properties", Document, nullable=False),
        sa.Column("provenance", Document, nullable=False),
        sa.Column("created_by_conversation", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_company_created_by_conversation"),
            ["created_by_conversation"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_company_name_compared"), ["name_compared"], unique=False
        )
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "company_domain",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("company_id", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_company_domain_company_id_company"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_company_domain")),
    )
    with op.batch_alter_table("company_domain", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_company_domain_company_id"), ["company_id"], unique=False
        )
    op.create_table(
        "contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("name_folded", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("timezone", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("company_id", sa.String(), nullable=True),
        sa.Column("company_matched_by", sa.String(), nullable=True),
        sa.Column("lifecycle_stage", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("source", Document, nullable=False),
        sa.Column("properties", Document, nullable=False),
        sa.Column("provenance", Document, nullable=False),
        sa.Column("created_by_conversation", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_contact_company_id_company"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_company_id"), ["company_id"], unique=False)
        batch_op.create_index(
            "ix_contact_created_by_conversation",
            ["created_by_conversation"],
            unique=False,
            sqlite_where=sa.text("created_by_conversation IS NOT NULL"),
            postgresql_where=sa.text("created_by_conversation IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_contact_lifecycle_stage"), ["lifecycle_stage"], unique=False
        )
        batch_op.create_index("ix_contact_name_folded_id", ["name_folded", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_owner"), ["owner"], unique=False)
    op.create_table(
        "contact_consent",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_consent_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_consent")),
    )
    with op.batch_alter_table("contact_consent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_consent_contact_id"), ["contact_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_contact_consent_conversation_id"), ["conversation_id"], unique=False
        )
    op.create_table(
        "contact_email",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.Column("bounced_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_email_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_contact_email")),
    )
    with op.batch_alter_table("contact_email", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_email_contact_id"), ["contact_id"], unique=False
        )
    op.create_table(
        "contact_external_id",
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_external_id_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("system", "external_id", name=op.f("pk_contact_external_id")),
    )
    with op.batch_alter_table("contact_external_id", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_external_id_contact_id"), ["contact_id"], unique=False
        )
    op.create_table(
        "contact_phone",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", Instant(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_phone_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_contact_phone")),
    )
    with op.batch_alter_table("contact_phone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_phone_number"), ["number"], unique=False)
    op.create_table(
        "contact_score",
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_contact_score_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contact_score")),
    )
    with op.batch_alter_table("contact_score", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_score_probability"), ["probability"], unique=False
        )
    op.create_table(
        "deal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pipeline", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("company_id", sa.String(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reasons", Document, nullable=False),
        sa.Column("route", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("properties", Document, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_deal_company_id_company"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_deal_contact_id_contact"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_deal_conversation_id")),
    )
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deal_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_deal_stage"), ["stage"], unique=False)
    op.create_table(
        "identity_claim",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_identity_claim_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_identity_claim")),
    )
    with op.batch_alter_table("identity_claim", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_claim_contact_id"), ["contact_id"], unique=False
        )
    op.create_table(
        "points_given",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("because", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_points_given_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_given")),
        sa.UniqueConstraint(
            "contact_id", "occasion", name=op.f("uq_points_given_contact_id_occasion")
        ),
    )
    op.create_table(
        "ticket",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("properties", Document, nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_ticket_contact_id_contact"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("occasion", name=op.f("uq_ticket_occasion")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_ticket_conversation_id"), ["conversation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_ticket_owner"), ["owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_ticket_status"), ["status"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("contact_id", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("deal_id", sa.String(), nullable=True),
        sa.Column("ticket_id", sa.String(), nullable=True),
        sa.Column("booking_id", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_activity_contact_id_contact"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_activity_deal_id_deal"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"],
            ["ticket.id"],
            name=op.f("fk_activity_ticket_id_ticket"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_activity_booking_id"), ["booking_id"], unique=False)
        batch_op.create_index("ix_activity_contact_id_id", ["contact_id", "id"], unique=False)
        batch_op.create_index(
            "ix_activity_conversation_id_id", ["conversation_id", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_activity_deal_id"), ["deal_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_activity_ticket_id"), ["ticket_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_activity_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_activity_deal_id"))
        batch_op.drop_index("ix_activity_conversation_id_id")
        batch_op.drop_index("ix_activity_contact_id_id")
        batch_op.drop_index(batch_op.f("ix_activity_booking_id"))
    op.drop_table("activity")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_status"))
        batch_op.drop_index(batch_op.f("ix_ticket_owner"))
        batch_op.drop_index(batch_op.f("ix_ticket_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_ticket_contact_id"))
    op.drop_table("ticket")
    op.drop_table("points_given")
    with op.batch_alter_table("identity_claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_claim_contact_id"))
    op.drop_table("identity_claim")
    with op.batch_alter_table("deal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deal_stage"))
        batch_op.drop_index(batch_op.f("ix_deal_owner"))
        batch_op.drop_index(batch_op.f("ix_deal_contact_id"))
        batch_op.drop_index(batch_op.f("ix_deal_company_id"))
    op.drop_table("deal")
    with op.batch_alter_table("contact_score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_score_probability"))
    op.drop_table("contact_score")
    with op.batch_alter_table("contact_phone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_phone_number"))
    op.drop_table("contact_phone")
    with op.batch_alter_table("contact_external_id", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_external_id_contact_id"))
    op.drop_table("contact_external_id")
    with op.batch_alter_table("contact_email", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_email_contact_id"))
    op.drop_table("contact_email")
    with op.batch_alter_table("contact_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_consent_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_contact_consent_contact_id"))
    op.drop_table("contact_consent")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_owner"))
        batch_op.drop_index("ix_contact_name_folded_id")
        batch_op.drop_index(batch_op.f("ix_contact_lifecycle_stage"))
        batch_op.drop_index("ix_contact_created_by_conversation")
        batch_op.drop_index(batch_op.f("ix_contact_company_id"))
    op.drop_table("contact")
    with op.batch_alter_table("company_domain", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_domain_company_id"))
    op.drop_table("company_domain")
    op.drop_table("import_run")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_name_compared"))
        batch_op.drop_index(batch_op.f("ix_company_created_by_conversation"))
    op.drop_table("company")
