"""The look-up's tables. The read model is the schema `shown`; a rebuild fills `building`, which then takes its name.

Nothing here is unique but the ids: states of different licenses arrive in any order, so two may share a number for
a moment, and a projection shows what is said.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.messaging.tables import HOT, NAMING, service_metadata

SHOWN = "shown"
BUILDING = "building"

metadata = service_metadata()


def _key(name: str) -> Column[str]:
    """Searched by its beginning and in its order: both are the index's own in the collation C."""
    return Column(name, Text(collation="C"), nullable=False)


license = Table(
    "license",
    metadata,
    Column("license_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("public_id", Text, nullable=False, index=True, comment="unguessable: the QR code's target"),
    Column("number", Text, nullable=False),
    Column("number_key", Text, nullable=False, index=True, comment="capitals and digits alone"),
    Column("person_id", Uuid, nullable=False),
    Column("license_type", Text, nullable=False),
    Column("license_class", Text, nullable=False),
    Column("endorsements", JSONB, nullable=False),
    Column("periods", JSONB, nullable=False),
    Column("standing", Text, nullable=False),
    Column("standing_until", Date),
    Column("provisional", Boolean, nullable=False),
    Column("discipline", JSONB, nullable=False),
    Column("holder_id", Uuid, nullable=False, index=True, comment="whose it is after all merges"),
    Column("name", Text, nullable=False, comment="the holder's, in full; empty while nothing was said of them"),
    Column("name_version", BigInteger, nullable=False),
    Column("districts", ARRAY(Uuid), nullable=False, comment="the holder's"),
    postgresql_with=HOT,
    schema=SHOWN,
)

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False, comment="in full"),
    Column("districts", ARRAY(Uuid), nullable=False),
    Column("merged_into", Uuid),
    Column("holder_id", Uuid, nullable=False, comment="who remains after all merges; oneself otherwise"),
    Index("ix_person_merged", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    Index("ix_person_alias", "holder_id", postgresql_where=text("merged_into IS NOT NULL")),
    postgresql_with=HOT,
    schema=SHOWN,
)

name = Table(
    "name",
    metadata,
    Column("person_id", Uuid, nullable=False),
    _key("last"),
    _key("first"),
    PrimaryKeyConstraint("person_id", "last", "first"),
    schema=SHOWN,
    comment="the names that a person is found under",
)

listed = Table(
    "listed",
    metadata,
    _key("last"),
    _key("first"),
    Column("license_id", Uuid, nullable=False, index=True),
    PrimaryKeyConstraint("last", "first", "license_id"),
    schema=SHOWN,
    comment="the names that a license is found under: its holder's, and of all who were merged into them",
)

surname = Table(
    "surname",
    metadata,
    Column("last", Text(collation="C"), primary_key=True, comment="each distinct key that ever was"),
    Column("slips", ARRAY(Integer), nullable=False, comment="what is left of it without a letter or two, hashed"),
    Index("ix_surname_slips", "slips", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    schema=SHOWN,
)

organization = Table(
    "organization",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    postgresql_with=HOT,
    schema=SHOWN,
)

MODEL = (license, person, name, listed, surname, organization)

freshness = Table(
    "freshness",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("read_until", DateTime(timezone=True), nullable=False, comment="real time: all said before it is shown"),
    postgresql_with=HOT,
)

rebuild = Table(
    "rebuild",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("state", Text, nullable=False, comment="asked · building · done · failed"),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False),
    Column("started_at", DateTime(timezone=True), comment="real time, as the following"),
    Column("ended_at", DateTime(timezone=True)),
    Column("read", BigInteger, nullable=False, server_default="0", comment="records"),
    Column("total", BigInteger, nullable=False, server_default="0", comment="records, as of the last look"),
    Column("passed_over", BigInteger, nullable=False, server_default="0", comment="records that cannot be read"),
    Column("problem", Text),
    Index("uq_rebuild_open", text("(true)"), unique=True, postgresql_where=text("state IN ('asked', 'building')")),
    postgresql_with=HOT,
)


def building_metadata() -> MetaData:
    """The read model's tables once more, in the schema `building`."""
    copy = MetaData(naming_convention=NAMING)
    for table in MODEL:
        table.to_metadata(copy, schema=BUILDING)
    return copy
