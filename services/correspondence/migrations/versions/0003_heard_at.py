"""Late addresses are found by when they were heard of, not by looking at every letter that has none."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds columns that are filled from now on; the old version goes on without them."""
    when = sa.DateTime(timezone=True)
    for table in ("recipient", "organization", "former"):
        op.add_column(table, sa.Column("heard_at", when, nullable=True))
        op.alter_column(table, "heard_at", existing_type=when, server_default=sa.func.clock_timestamp())
        op.create_index(op.f(f"ix_{table}_heard_at"), table, ["heard_at"], unique=False)
    op.create_table(
        "swept",
        sa.Column("pace", sa.Text(), nullable=False, comment="quick · thorough"),
        sa.Column(
            "up_to",
            when,
            server_default=sa.func.clock_timestamp(),
            nullable=False,
            comment="late addresses heard until then were written to",
        ),
        sa.PrimaryKeyConstraint("pace", name=op.f("pk_swept")),
    )
    op.execute("INSERT INTO swept (pace) VALUES ('quick'), ('thorough')")
    op.drop_index("ix_letter_unmailed", table_name="letter", postgresql_where=sa.text("to_email AND NOT emailed"))
