"""What is counted of a name's search stands in indexes alone: who the holder is, and which licenses they have."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """In the read model that is shown, and in the one that is being built."""
    for schema in {"shown", "building"} & set(sa.inspect(op.get_bind()).get_schema_names()):
        op.drop_index("ix_license_person_id", table_name="license", schema=schema)
        op.create_index(
            "ix_license_person_id", "license", ["person_id"], schema=schema, postgresql_include=["license_id"]
        )
        op.create_index("ix_person_holder", "person", ["person_id"], schema=schema, postgresql_include=["holder_id"])
