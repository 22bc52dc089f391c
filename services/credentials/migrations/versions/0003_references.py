"""What people call the application that credits are set aside for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds it; a filing of before is found by its application's id alone."""
    comment = "as people call it: R-2026-04417"
    column = sa.Column("reference", sa.Text(), server_default="", nullable=False, comment=comment)
    op.add_column("reservation", column)
    op.create_index(op.f("ix_reservation_reference"), "reservation", ["reference"], unique=False)
