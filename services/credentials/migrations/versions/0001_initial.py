"""Credentials' first tables: the common ones, people, licenses, credits, reservations, cases."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.execute(sa.schema.CreateSequence(sa.Sequence("license_number", start=9_000_001)))
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_subject"), "audit", ["subject"], unique=False)
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False, comment="Merkle root of the rows since the seal before"),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("last_id", name=op.f("uq_audit_seal_last_id")),
    )
    op.create_table(
        "consumer_position",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("next_offset", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("consumer", "topic", "partition", name=op.f("pk_consumer_position")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "credit",
        sa.Column("credit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False, comment="as it was said; a merge is resolved when reading"),
        sa.Column("credit_type", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("contact_hours", sa.Numeric(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("content_group", sa.Text(), nullable=True),
        sa.Column("grade", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="educator, or the agency that awarded it"),
        sa.Column("load_id", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("recalled", sa.Text(), nullable=True, comment="why it was taken back"),
        sa.PrimaryKeyConstraint("credit_id", name=op.f("pk_credit")),
        postgresql_with={"fillfactor": 80},
    )
    op.create_index(op.f("ix_credit_person_id_completed_on"), "credit", ["person_id", "completed_on"], unique=False)
    op.create_index(
        "ix_credit_reservation_id",
        "credit",
        ["reservation_id"],
        unique=False,
        postgresql_where=sa.text("reservation_id IS NOT NULL"),
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="dead · parked · replayed · discarded"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False, comment="headers and value, encrypted"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letter")),
    )
    op.create_index(
        "ix_dead_letter_open",
        "dead_letter",
        ["consumer", "record_key"],
        unique=False,
        postgresql_where=sa.text("state IN ('dead', 'parked')"),
    )
    op.create_index("uq_dead_letter_place", "dead_letter", ["consumer", "topic", "partition", "position"], unique=True)
    op.create_table(
        "effect",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="idempotency key: the outside sees it at most once in effect"
        ),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), server_default="due", nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effect")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index("ix_effect_due", "effect", ["due"], unique=False, postgresql_where=sa.text("state = 'due'"))
    op.create_index("uq_effect_kind_key", "effect", ["kind", "key"], unique=True)
    op.create_table(
        "epoch",
        sa.Column("only", sa.Integer(), server_default="1", nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="one more after each restore from a backup"),
        sa.PrimaryKeyConstraint("only", name=op.f("pk_epoch")),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "consumer", name=op.f("pk_inbox")),
    )
    op.create_table(
        "license",
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False, comment="the unguessable address on the paper"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("license_type", sa.Text(), nullable=False),
        sa.Column("license_class", sa.Text(), nullable=False),
        sa.Column("endorsements", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("periods", postgresql.JSONB(), nullable=False, comment="domain's Period, in order; never empty"),
        sa.Column(
            "valid_until", sa.Date(), nullable=False, comment="of the last period; not indexed, so that renewing is HOT"
        ),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("standing_until", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("discipline", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("hold_reason", sa.Text(), nullable=True, comment="private"),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("extensions_used", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expiry_said", sa.Date(), nullable=True, comment="the end of which LicenseExpired was said"),
        sa.CheckConstraint("standing IN ('good', 'suspended', 'revoked')", name=op.f("ck_license_standing")),
        sa.PrimaryKeyConstraint("license_id", name=op.f("pk_license")),
        sa.UniqueConstraint("number", name=op.f("uq_license_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_license_public_id")),
        postgresql_with={"fillfactor": 35, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(op.f("ix_license_person_id"), "license", ["person_id"], unique=False)
    op.create_table(
        "officer_case",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="recall: after an approval · action: an agency's report"),
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("credit_id", sa.Uuid(), nullable=True),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), server_default="", nullable=False, comment="what the agency did"),
        sa.Column("acted_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_officer_case")),
    )
    op.create_index(
        "ix_officer_case_open",
        "officer_case",
        ["license_id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False, comment="CloudEvents' attributes as JSON"),
        sa.Column("value", sa.Text(), nullable=False, comment="the event's data as JSON"),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        postgresql_with={"autovacuum_vacuum_scale_factor": 0.0, "autovacuum_vacuum_threshold": 20000},
    )
    op.create_index(op.f("ix_outbox_topic_id"), "outbox", ["topic", "id"], unique=False)
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False, comment="of what is said about their credits"),
        sa.Column("known_version", sa.BigInteger(), nullable=False, comment="of identity's state; 0: not heard of yet"),
        sa.Column("educator_number", sa.Text(), nullable=True),
        sa.Column("districts", postgresql.ARRAY(sa.Uuid()), server_default="{}", nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(op.f("ix_person_educator_number"), "person", ["educator_number"], unique=False)
    op.create_index(
        "ix_person_merged_into",
        "person",
        ["merged_into"],
        unique=False,
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "recall",
        sa.Column("credit_id", sa.Uuid(), nullable=False, comment="taken back before it was awarded"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("credit_id", name=op.f("pk_recall")),
    )
    op.create_table(
        "request",
        sa.Column("key", sa.Text(), nullable=False, comment="the Idempotency-Key that the caller sent"),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False, comment="method, path and a hash of the body"),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "actor", name=op.f("pk_request")),
    )
    op.create_table(
        "reservation",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False, comment="filed again after a return: several"),
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("from_valid_until", sa.Date(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="held · spent · released · broken"),
        sa.CheckConstraint("state IN ('held', 'spent', 'released', 'broken')", name=op.f("ck_reservation_state")),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_reservation")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(op.f("ix_reservation_application_id"), "reservation", ["application_id"], unique=False)
    op.create_index(op.f("ix_reservation_license_id"), "reservation", ["license_id"], unique=False)
