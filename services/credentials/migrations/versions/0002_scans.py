"""Scans of certificates and transcripts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table of scans; nobody reads it before."""
    op.create_table(
        "scan",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False, comment="who handed it in"),
        sa.Column(
            "credit_id",
            sa.Uuid(),
            nullable=True,
            comment="none: no credit has it yet, or the credit was taken out; forgotten after a day",
        ),
        sa.Column("name", sa.Text(), nullable=False, comment="as its owner called the file"),
        sa.Column("media_type", sa.Text(), nullable=False, comment="what its content is, whatever its name says"),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False, comment="waiting · released · refused"),
        sa.Column("note", sa.Text(), server_default="", nullable=False, comment="the scanner's word"),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'released', 'refused')", name=op.f("ck_scan_state")),
        sa.PrimaryKeyConstraint("scan_id", name=op.f("pk_scan")),
    )
    op.create_index(op.f("ix_scan_sha256"), "scan", ["sha256"], unique=False)
    given, loose = sa.text("credit_id IS NOT NULL"), sa.text("credit_id IS NULL")
    op.create_index("ix_scan_credit_id", "scan", ["credit_id"], unique=False, postgresql_where=given)
    op.create_index("ix_scan_loose", "scan", ["person_id", "uploaded_at"], unique=False, postgresql_where=loose)
