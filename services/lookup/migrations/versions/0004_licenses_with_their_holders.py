"""A license has its holder's name and districts, and is listed under each name that it is found under.

And surnames are found by slips of the pen: by what is left of them without a letter or two. Processes of this service
that are older end before it: they would show licenses without a holder.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

from services.lookup.domain.names import slips_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BITE = 5000


def upgrade() -> None:
    """In the read model that is shown, and in the one that is being built."""
    for schema in sorted({"shown", "building"} & set(sa.inspect(op.get_bind()).get_schema_names())):
        _add_holders(schema)
        _list(schema)
        _add_slips(schema)


def _add_holders(schema: str) -> None:
    columns = (
        sa.Column("holder_id", sa.Uuid(), comment="whose it is after all merges"),
        sa.Column("name", sa.Text(), comment="the holder's, in full; empty while nothing was said of them"),
        sa.Column("name_version", sa.BigInteger()),
        sa.Column("districts", ARRAY(sa.Uuid()), comment="the holder's"),
    )
    for column in columns:
        op.add_column("license", column, schema=schema)
    op.execute(
        f"""UPDATE {schema}.license AS shown
            SET holder_id = now.holder_id, name = now.name, name_version = now.name_version, districts = now.districts
            FROM (SELECT own.license_id, coalesce(person.holder_id, own.person_id) AS holder_id,
                         coalesce(holder.name, '') AS name, coalesce(holder.version, 0) AS name_version,
                         coalesce(holder.districts, '{{}}') AS districts
                  FROM {schema}.license AS own
                  LEFT JOIN {schema}.person AS person ON person.person_id = own.person_id
                  LEFT JOIN {schema}.person AS holder ON holder.person_id = person.holder_id) AS now
            WHERE shown.license_id = now.license_id"""
    )
    for column in columns:
        op.alter_column("license", column.name, nullable=False, schema=schema)
    op.drop_index("ix_license_person_id", table_name="license", schema=schema)
    op.create_index("ix_license_holder_id", "license", ["holder_id"], schema=schema)


def _list(schema: str) -> None:
    op.create_table(
        "listed",
        sa.Column("last", sa.Text(collation="C"), nullable=False),
        sa.Column("first", sa.Text(collation="C"), nullable=False),
        sa.Column("license_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("last", "first", "license_id", name=op.f("pk_listed")),
        schema=schema,
        comment="the names that a license is found under: its holder's, and of all who were merged into them",
    )
    op.execute(
        f"""INSERT INTO {schema}.listed (last, first, license_id)
            SELECT DISTINCT name.last, name.first, license.license_id
            FROM {schema}.license JOIN {schema}.person ON person.holder_id = license.holder_id
            JOIN {schema}.name ON name.person_id = person.person_id"""
    )
    op.create_index("ix_listed_license_id", "listed", ["license_id"], schema=schema)
    op.create_table_comment("name", "the names that a person is found under", schema=schema)
    op.drop_index("ix_name_search", table_name="name", schema=schema)
    op.drop_index("ix_person_holder", table_name="person", schema=schema)


def _add_slips(schema: str) -> None:
    op.drop_index("ix_surname_similar", table_name="surname", schema=schema)
    slips = sa.Column("slips", ARRAY(sa.Integer()), comment="what is left of it without a letter or two, hashed")
    op.add_column("surname", slips, schema=schema)
    connection = op.get_bind()
    known = connection.execute(sa.text(f"SELECT last FROM {schema}.surname")).scalars().all()
    update = sa.text(f"UPDATE {schema}.surname SET slips = :slips WHERE last = :last")
    for first in range(0, len(known), BITE):
        connection.execute(update, [{"last": last, "slips": slips_of(last)} for last in known[first : first + BITE]])
    op.alter_column("surname", "slips", nullable=False, schema=schema)
    op.create_index(
        "ix_surname_slips", "surname", ["slips"], schema=schema,
        postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
