"""What queues count stands in an application's place, so that nobody looks five thousand applications up for it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Copies it from the applications."""
    op.add_column("open_application", sa.Column("state", sa.Text(), nullable=True))
    op.add_column("open_application", sa.Column("claimed_by", sa.Uuid(), nullable=True))
    op.add_column("open_application", sa.Column("from_valid_until", sa.Date(), nullable=True))
    op.execute("""UPDATE open_application AS o
                  SET state = a.state, claimed_by = a.claimed_by, from_valid_until = a.from_valid_until
                  FROM application AS a WHERE a.application_id = o.application_id""")
    comment = "this and the rest: as in application, for queues to count"
    op.alter_column("open_application", "state", nullable=False, comment=comment)
    op.execute("ALTER TABLE open_application SET (fillfactor = 50)")
