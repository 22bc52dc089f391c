"""Steps that the migrations of every service take alike: the common tables change in all of them."""

import sqlalchemy as sa
from alembic import op

PAGES = """
    ALTER TABLE outbox ADD COLUMN events integer NOT NULL DEFAULT 1, ADD COLUMN said text;
    UPDATE outbox SET said = concat_ws(E'\\n', key, attribute->>'type', attribute->>'id', attribute->>'time',
        attribute->>'sequence', coalesce(attribute->>'actor', ''), coalesce(attribute->>'causationid', ''),
        coalesce(attribute->>'traceparent', ''), value)
    FROM (SELECT id AS each, headers::jsonb AS attribute FROM outbox) AS row WHERE row.each = id;
    ALTER TABLE outbox ALTER COLUMN events DROP DEFAULT, ALTER COLUMN said SET NOT NULL,
        ALTER COLUMN said SET STORAGE EXTERNAL, DROP COLUMN key, DROP COLUMN headers, DROP COLUMN value;
    COMMENT ON COLUMN outbox.said IS 'the lines of each event, as shared.messaging.outbox has them'"""


def outbox_in_pages() -> None:
    """The outbox keeps pages instead of events; what waits in it becomes a page each."""
    for statement in PAGES.split(";"):
        op.execute(statement)


def index_effects_given_up() -> None:
    """Readiness counts them without reading all that were ever carried out. Where these are millions, make the index
    CONCURRENTLY beforehand: it is left as it is."""
    op.create_index(
        "ix_effect_given_up", "effect", ["id"], unique=False, if_not_exists=True,
        postgresql_where=sa.text("state = 'gave_up'"),
    )  # fmt: skip
