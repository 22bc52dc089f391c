"""Printing's first tables: the common ones, and jobs, batches, pieces, paper, and what it knows of others."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables."""
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
        "cutting",
        sa.Column("cutting_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="jobs due until that day are cut"),
        sa.Column("why", sa.Text(), nullable=False, comment="daily · asked · reprint"),
        sa.Column("jobs", postgresql.JSONB(), nullable=True, comment="these alone; null: all that are due"),
        sa.Column(
            "ends", postgresql.JSONB(), nullable=True, comment="the ends of the topics that must be read before it cuts"
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("cutting_id", name=op.f("pk_cutting")),
    )
    op.create_index(
        "ix_cutting_open", "cutting", ["opened_at"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
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
        "job",
        sa.Column(
            "job_id", sa.Uuid(), nullable=False, comment="made from (license, valid_until): a second one cannot be"
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False, comment="the business day whose batch prints it"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="queued · held · cut · released · mailed · returned · stopped"
        ),
        sa.Column("reason_code", sa.Text(), server_default="", nullable=False, comment="why it is held or stopped"),
        sa.Column("reason_text", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "hold",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="an officer's hold, or a recalled credit's: it is not cut and not cleared",
        ),
        sa.Column("copies", sa.Integer(), server_default="0", nullable=False),
        sa.Column("cutting_id", sa.Uuid(), nullable=True, comment="the last cutting that looked at it"),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_job")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index(op.f("ix_job_application_id"), "job", ["application_id"], unique=False)
    op.create_index(
        "ix_job_due", "job", ["due_on"], unique=False, postgresql_where=sa.text("state IN ('queued', 'held')")
    )
    op.create_index(op.f("ix_job_license_id"), "job", ["license_id"], unique=False)
    op.create_index(op.f("ix_job_person_id"), "job", ["person_id"], unique=False)
    op.create_table(
        "license",
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False, comment="the QR code's target"),
        sa.Column("license_type", sa.Text(), nullable=False),
        sa.Column("license_class", sa.Text(), nullable=False),
        sa.Column("endorsements", postgresql.JSONB(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("periods", postgresql.JSONB(), nullable=False, comment="first and last day of each"),
        sa.Column(
            "ends", postgresql.JSONB(), nullable=False, comment="the last day of each period, as the cut asks for it"
        ),
        sa.PrimaryKeyConstraint("license_id", name=op.f("pk_license")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "mailing",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column(
            "lines",
            postgresql.JSONB(),
            nullable=False,
            comment="of the envelope, without the name; empty: no address known",
        ),
        sa.Column("postal_code", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mailing")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_table(
        "numbering",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False, comment="the last number that a document of the year bears"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_numbering")),
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
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="in full, as a document prints it"),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
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
        "stock",
        sa.Column("stock_id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Text(), nullable=False, comment="the first sheet's number"),
        sa.Column("last", sa.Text(), nullable=False),
        sa.Column("sheets", sa.Integer(), nullable=False),
        sa.Column("received_by", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("stock_id", name=op.f("pk_stock")),
    )
    op.create_table(
        "stock_count",
        sa.Column("count_id", sa.Uuid(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False, comment="sheets that a person counted"),
        sa.Column("expected", sa.Integer(), nullable=False, comment="received less used, at that moment"),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("count_id", name=op.f("pk_stock_count")),
    )
    op.create_table(
        "undone",
        sa.Column(
            "application_id", sa.Uuid(), nullable=False, comment="reversed before its license's renewal was heard"
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_undone")),
    )
    op.create_table(
        "batch",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("cutting_id", sa.Uuid(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False, comment="the agency whose topic announces it"),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="cut · released"),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("cut_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("manifest", sa.Text(), server_default="", nullable=False, comment="SHA-256"),
        sa.Column(
            "lease", sa.Integer(), server_default="0", nullable=False, comment="fencing token: each taking has a higher"
        ),
        sa.Column("holder", sa.Text(), server_default="", nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True, comment="real time"),
        sa.ForeignKeyConstraint(["cutting_id"], ["cutting.cutting_id"], name=op.f("fk_batch_cutting_id")),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_batch_number")),
    )
    op.create_index("ix_batch_cut", "batch", ["batch_id"], unique=False, postgresql_where=sa.text("state = 'cut'"))
    op.create_table(
        "batch_file",
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True, comment="null: not rendered yet"),
        sa.Column("size", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("pages", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name=op.f("fk_batch_file_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_batch_file")),
    )
    op.create_table(
        "piece",
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False, comment="in the batch, from 0, in the order of postal codes"),
        sa.Column(
            "page", sa.Integer(), server_default="0", nullable=False, comment="in its file, from 1; 0: not rendered"
        ),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="printed on it, never used twice"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), server_default="", nullable=False),
        sa.Column("reason_text", sa.Text(), server_default="", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mail_to", postgresql.JSONB(), nullable=False, comment="the lines under the name"),
        sa.Column("license_number", sa.Text(), nullable=False),
        sa.Column("license_type", sa.Text(), nullable=False),
        sa.Column("license_class", sa.Text(), nullable=False),
        sa.Column("endorsements", postgresql.JSONB(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("cleared_under", sa.Integer(), nullable=True, comment="the lease under which it was cleared"),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.batch_id"], name=op.f("fk_piece_batch_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.job_id"], name=op.f("fk_piece_job_id")),
        sa.PrimaryKeyConstraint("piece_id", name=op.f("pk_piece")),
        sa.UniqueConstraint("number", name=op.f("uq_piece_number")),
        postgresql_with={"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05},
    )
    op.create_index("ix_piece_batch", "piece", ["batch_id", "place"], unique=False)
    op.create_index(op.f("ix_piece_job_id"), "piece", ["job_id"], unique=False)
    op.create_table(
        "sheet",
        sa.Column(
            "serial", sa.Text(), nullable=False, comment="the sheet's number; the document's, where sheets bear none"
        ),
        sa.Column("piece_id", sa.Uuid(), nullable=False),
        sa.Column("spoiled", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.piece_id"], name=op.f("fk_sheet_piece_id")),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_sheet")),
    )
    op.create_index(op.f("ix_sheet_piece_id"), "sheet", ["piece_id"], unique=False)
