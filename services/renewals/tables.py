"""Renewals' tables: applications with their checklist and history, the places they hold, and whom it knows.

What is updated at a decision stands in no index, so that the update stays on its page (HOT).
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
    PrimaryKeyConstraint,
    Sequence,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()


def _when(name: str, *, nullable: bool = True) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str, comment: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", comment=comment)


def _count(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False, server_default="0")


application = Table(
    "application",
    metadata,
    Column("application_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Text, nullable=False, comment="domain/states.py"),
    Column("reference", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("license_id", Uuid, nullable=False),
    _text("license_number"),
    Column("option", Text, nullable=False),
    Column("attested", ARRAY(Text), nullable=False, server_default="{}"),
    _when("filed_at", nullable=False),
    Column("district_id", Uuid, comment="None: the state office's alone"),
    Column("to_state", Boolean, nullable=False, server_default=text("false")),
    _text("why_state", "no-district · superintendent · kind; empty: a district's, or escalated"),
    Column("due_on", Date, nullable=False),
    Column("claimed_by", Uuid),
    _text("claimed_name"),
    _when("claimed_at"),
    _count("wanted"),
    _count("seen"),
    Column("reservation_id", Uuid),
    Column("totals", JSONB, nullable=False, server_default="[]"),
    Column("from_valid_until", Date),
    Column("new_valid_until", Date),
    _text("policy_version"),
    Column("decided_by", Text, comment="an Authority, as JSON"),
    _when("decided_at"),
    Column("reason", Text, comment="a Reason, as JSON"),
    _text("paper", "the last that printing said of its paper"),
    Column("prints_on", Date),
    postgresql_with=HOT,
)

open_application = Table(
    "open_application",
    metadata,
    Column("license_id", Uuid, primary_key=True, comment="one open application per license"),
    Column("application_id", Uuid, nullable=False, unique=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("district_id", Uuid),
    Column("to_state", Boolean, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, comment="this and the rest: as in application, for queues to count"),
    Column("claimed_by", Uuid),
    Column("from_valid_until", Date),
    Index("ix_open_application_district", "district_id", "due_on", "application_id"),
    Index("ix_open_application_state", "due_on", "application_id", postgresql_where=text("to_state")),
    postgresql_with=HOT,
    comment="the places that open applications hold, in the order in which queues are worked",
)

original = Table(
    "original",
    metadata,
    Column("application_id", Uuid, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("credit_id", Uuid),
    Column("title", Text, nullable=False),
    Column("must_show", JSONB, nullable=False),
    Column("seen_by", Uuid),
    _text("seen_name"),
    _when("seen_at"),
    PrimaryKeyConstraint("application_id", "number"),
    postgresql_with=HOT,
    comment="the checklist: each original that the approver must see",
)

history = Table(
    "history",
    metadata,
    Column("application_id", Uuid, nullable=False),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    _when("at", nullable=False),
    Column("what", Text, nullable=False, comment="domain/timeline.py"),
    _text("who", "a name; empty: the system"),
    Column("who_id", Uuid),
    _text("detail"),
    PrimaryKeyConstraint("application_id", "id"),
    comment="what happened to each application, and who did it",
)

reference_number = Sequence("reference_number", metadata=metadata)

reference_year = Table(
    "reference_year",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("starts_after", BigInteger, nullable=False, comment="of reference_number"),
)

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("educator_number", Text, nullable=False),
    Column("name", Text, nullable=False, comment="in full"),
    Column("sort_name", Text, nullable=False, comment="last name and first, in lower case"),
    Column("districts", ARRAY(Uuid), nullable=False),
    Column("merged_into", Uuid),
    Index("ix_person_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    postgresql_with=HOT,
)

organization = Table(
    "organization",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _text("place"),
    _text("hours"),
    _text("phone"),
    Column("grants", JSONB, nullable=False, comment="who acts for it, on which days"),
    postgresql_with=HOT,
)
