"""Effects that were given up are counted by an index."""

from shared.messaging.upgrades import index_effects_given_up

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the index."""
    index_effects_given_up()
