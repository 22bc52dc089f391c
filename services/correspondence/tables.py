"""Correspondence's tables: letters and what they were written from; where to reach people."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()

# ---- letters: never rendered here, yet always readable as they were sent ----------------------------------------

letter = Table(
    "letter",
    metadata,
    Column("letter_id", Uuid, primary_key=True, comment="made from the kind and its cause: a second one cannot be"),
    Column("person_id", Uuid, nullable=False),
    Column("kind", Text, nullable=False),
    Column("language", Text, comment="of the first letters; later ones have their reader's of then"),
    Column("name", Text, comment="of the first letters; later ones have their reader's of then"),
    Column("template", Text, nullable=False, comment="the version of its text"),
    Column("letterhead", Text, nullable=False, comment="the version of the state's words"),
    Column("data", JSONB, nullable=False, comment="what the text is filled with, as its own fact says it"),
    Column("application_id", Uuid, comment="whose other letters say the rest"),
    Column("district_id", Uuid, comment="which the letter names; of the filing, where it is none of its own"),
    Column("sent_at", DateTime(timezone=True), nullable=False),
    Column("to_email", Boolean, nullable=False, server_default="false", comment="where there is an address"),
    Column("emailed", Boolean, nullable=False, comment="an e-mail was intended too"),
    Column("cause", Uuid, nullable=False, comment="the event that it tells of"),
    Column("read_at", DateTime(timezone=True)),
    Index("ix_letter_person", "person_id", "sent_at"),
    postgresql_with={"fillfactor": 90},
)

wording = Table(
    "wording",
    metadata,
    Column("version", Text, primary_key=True, comment="a hash of the words"),
    Column("words", JSONB, nullable=False, comment="a template with its layout, or the state's words"),
)

start = Table(
    "start",
    metadata,
    Column("consumer", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, comment="nothing said before it is e-mailed"),
)

# ---- read models, each guarded by version; of recipients and organizations, older versions stay in `former` --------


def _heard_at() -> "Column[datetime]":
    """When a state was heard, by the database's clock; nothing for what came before there was this column."""
    return Column("heard_at", DateTime(timezone=True), server_default=func.clock_timestamp(), index=True)


recipient = Table(
    "recipient",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default="-infinity", comment="when it was said"),
    Column("name", Text, nullable=False),
    Column("email", Text),
    Column("language", Text, nullable=False),
    Column("address", JSONB),
    _heard_at(),
    postgresql_with=HOT,
)

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("merged_into", Uuid, index=True),
    postgresql_with=HOT,
)

organization = Table(
    "organization",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False, server_default="-infinity", comment="when it was said"),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("hours", Text, nullable=False),
    Column("phone", Text, nullable=False),
    _heard_at(),
    postgresql_with=HOT,
)

former = Table(
    "former",
    metadata,
    Column("subject", Uuid, primary_key=True, comment="a person or an organization"),
    Column("version", BigInteger, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, comment="when it was said"),
    Column("known", JSONB, nullable=False, comment="what letters took from it"),
    _heard_at(),
)

swept = Table(
    "swept",
    metadata,
    Column("pace", Text, primary_key=True, comment="quick · thorough"),
    Column(
        "up_to",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
        comment="late addresses heard until then were written to",
    ),
)
