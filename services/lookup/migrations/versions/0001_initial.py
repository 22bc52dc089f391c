"""The look-up's first tables: the common ones, and the read model in the schema `shown`."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
    op.execute("CREATE SCHEMA shown")
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
        "freshness",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column(
            "read_until", sa.DateTime(timezone=True), nullable=False, comment="real time: all said before it is shown"
        ),
        sa.PrimaryKeyConstraint("consumer", name=op.f("pk_freshness")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "consumer", name=op.f("pk_inbox")),
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
        "rebuild",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="asked · building · done · failed"),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True, comment="real time, as the following"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read", sa.BigInteger(), server_default="0", nullable=False, comment="records"),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False, comment="records, as of the last look"),
        sa.Column(
            "passed_over", sa.BigInteger(), server_default="0", nullable=False, comment="records that cannot be read"
        ),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rebuild")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(
        "uq_rebuild_open",
        "rebuild",
        [sa.literal_column("(true)")],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'building')"),
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
        "license",
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False, comment="unguessable: the QR code's target"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("number_key", sa.Text(), nullable=False, comment="capitals and digits alone"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("license_type", sa.Text(), nullable=False),
        sa.Column("license_class", sa.Text(), nullable=False),
        sa.Column("endorsements", postgresql.JSONB(), nullable=False),
        sa.Column("periods", postgresql.JSONB(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("standing_until", sa.Date(), nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("discipline", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("license_id", name=op.f("pk_license")),
        schema="shown",
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(op.f("ix_license_number_key"), "license", ["number_key"], unique=False, schema="shown")
    op.create_index(op.f("ix_license_person_id"), "license", ["person_id"], unique=False, schema="shown")
    op.create_index(op.f("ix_license_public_id"), "license", ["public_id"], unique=False, schema="shown")
    op.create_table(
        "name",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Text(collation="C"), nullable=False),
        sa.Column("first", sa.Text(collation="C"), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "last", "first", name=op.f("pk_name")),
        schema="shown",
    )
    op.create_index("ix_name_search", "name", ["last", "first", "person_id"], unique=False, schema="shown")
    op.create_table(
        "organization",
        sa.Column("organization_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", name=op.f("pk_organization")),
        schema="shown",
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="in full"),
        sa.Column("districts", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=False, comment="who remains after all merges; oneself otherwise"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        schema="shown",
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(
        "ix_person_alias",
        "person",
        ["holder_id"],
        unique=False,
        schema="shown",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index(
        "ix_person_merged",
        "person",
        ["merged_into"],
        unique=False,
        schema="shown",
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_table(
        "surname",
        sa.Column("last", sa.Text(collation="C"), nullable=False, comment="each distinct key that ever was"),
        sa.PrimaryKeyConstraint("last", name=op.f("pk_surname")),
        schema="shown",
    )
    op.create_index(
        "ix_surname_similar",
        "surname",
        ["last"],
        unique=False,
        schema="shown",
        postgresql_using="gin",
        postgresql_ops={"last": "gin_trgm_ops"},
    )
