"""The outbox keeps pages instead of single events."""

from shared.messaging.upgrades import outbox_in_pages

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Turns what waits into pages."""
    outbox_in_pages()
