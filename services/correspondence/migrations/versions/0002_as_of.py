"""What letters take from elsewhere is found when they are read: former states, and to which filing a letter belongs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds to what is there; the old version goes on writing letters that hold all they say."""
    for column, comment in (
        ("application_id", "whose other letters say the rest"),
        ("district_id", "which the letter names; of the filing, where it is none of its own"),
    ):
        op.add_column("letter", sa.Column(column, sa.Uuid(), nullable=True, comment=comment))
    where = "where there is an address"
    op.add_column("letter", sa.Column("to_email", sa.Boolean(), server_default="false", nullable=False, comment=where))
    readers = "of the first letters; later ones have their reader's of then"
    for column in ("language", "name"):
        op.alter_column("letter", column, existing_type=sa.Text(), nullable=True, comment=readers)
    own = "what the text is filled with, as its own fact says it"
    op.alter_column("letter", "data", existing_type=postgresql.JSONB(), existing_nullable=False, comment=own)
    unmailed = sa.text("to_email AND NOT emailed")
    op.create_index("ix_letter_unmailed", "letter", ["sent_at"], unique=False, postgresql_where=unmailed)
    for table in ("recipient", "organization"):
        when = sa.DateTime(timezone=True)
        at = sa.Column("at", when, server_default="-infinity", nullable=False, comment="when it was said")
        op.add_column(table, at)
    op.create_table(
        "former",
        sa.Column("subject", sa.Uuid(), nullable=False, comment="a person or an organization"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when it was said"),
        sa.Column("known", postgresql.JSONB(), nullable=False, comment="what letters took from it"),
        sa.PrimaryKeyConstraint("subject", "version", name=op.f("pk_former")),
    )
