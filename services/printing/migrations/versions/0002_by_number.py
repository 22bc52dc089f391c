"""Licenses are found by their number, too."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Indexes the number."""
    op.create_index(op.f("ix_license_number"), "license", ["number"], unique=False)
