"""Exchange's tables: receipts and what waits, loads of files, who may knock; and whom it knows."""

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Integer, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()

# One row per message of an agency, whatever became of it. `state` changes, so no index may name it.
Table(
    "receipt",
    metadata,
    Column("place", BigInteger, Identity(always=True), primary_key=True),
    Column("receipt_id", Uuid, nullable=False, unique=True),
    Column("agency", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False, comment="CreditsAwarded, …; empty for what could not be read"),
    Column("reference", Text, nullable=False),
    Column("state", Text, nullable=False, comment="passed · accepted · parked · refused"),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("field", Text),
    Column("until", DateTime(timezone=True), comment="of a parked one"),
    Column("credit_id", Uuid),
    Column("person_id", Uuid),
    Column("fingerprint", BigInteger, nullable=False, comment="of an award's content"),
    Column("same_as", Uuid, comment="the receipt whose outcome it shares"),
    Column("license_id", Uuid, comment="toward which the credit counts"),
    Column("load_id", Uuid),
    Column("row", Integer),
    Column("version", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "agency", "place"),
    Index(None, "credit_id", postgresql_where=text("credit_id IS NOT NULL")),
    Index(None, "same_as", postgresql_where=text("same_as IS NOT NULL")),
    Index(None, "load_id", "place", postgresql_where=text("load_id IS NOT NULL")),
    postgresql_with=HOT,
)

Table(
    "parked",
    metadata,
    Column("place", BigInteger, Identity(always=True), primary_key=True),
    Column("receipt_id", Uuid, nullable=False, unique=True),
    Column("waits_kind", Text, nullable=False),
    Column("waits_value", Text, nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    Column("body", Text, nullable=False, comment="the message as JSON"),
    Index(None, "waits_kind", "waits_value"),
    Index(None, "until"),
)

# What became of a credit whose message is not here yet: a restored database may hear the answer first.
Table(
    "early_answer",
    metadata,
    Column("receipt_id", Uuid, primary_key=True),
    Column("type", Text, nullable=False),
    Column("body", Text, nullable=False, comment="the fact as JSON"),
    Column("event_id", Uuid, nullable=False),
    Column("actor", Text, nullable=False),
    Column("trace", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("educator_number", Text, nullable=False, index=True),
    Column("last_names", ARRAY(Text), nullable=False, comment="present and former, as they are compared"),
    Column("merged_into", Uuid),
    Column("version", BigInteger, nullable=False),
    Index(None, "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    postgresql_with=HOT,
)

Table(
    "license",
    metadata,
    Column("license_id", Uuid, primary_key=True),
    Column("number", Text, nullable=False, index=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("version", BigInteger, nullable=False),
    postgresql_with=HOT,
)

Table(
    "organization",
    metadata,
    Column("organization_id", Uuid, primary_key=True),
    Column("code", Text, nullable=False, index=True),
    Column("version", BigInteger, nullable=False),
    postgresql_with=HOT,
)

Table(
    "load",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False, comment="the file's name, as the loader calls it"),
    Column("sha256", Text, nullable=False),
    Column("columns", ARRAY(Text), nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("first_byte", BigInteger, nullable=False, comment="of the first row"),
    Column("next_byte", BigInteger, nullable=False, comment="of the first row that this state has not worked yet"),
    Column("next_row", Integer, nullable=False),
    Column("state", Text, nullable=False, comment="checking · checked · loading · loaded · recalling · recalled"),
    Column("reason", Text, nullable=False, server_default="", comment="of the recall"),
    *(
        Column(count, Integer, nullable=False, server_default="0")
        for count in ("rows", "new", "known", "waiting", "wrong", "said", "parked", "accepted", "refused", "taken_back")
    ),
    Column("by", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "at"),
    postgresql_with=HOT,
)

Table(
    "load_problem",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("field", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("fix", Text, nullable=False),
    Column("reference", Text, nullable=False),
)

# Which credits a file has named so far while it is checked: finds the same reference twice in one file.
Table(
    "load_seen",
    metadata,
    Column("load_id", Uuid, primary_key=True),
    Column("credit_id", Uuid, primary_key=True),
)

Table(
    "agency_key",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("agency", Text, nullable=False),
    Column("hash", Text, nullable=False, comment="SHA-256 of the secret, which is random and long"),
    Column("made_by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
)

Table(
    "webhook",
    metadata,
    Column("agency", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
