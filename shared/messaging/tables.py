"""The tables that each service's database has beside its own: what messaging, effects and audit keep."""

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

HOT = {"fillfactor": 50, "autovacuum_vacuum_scale_factor": 0.05}
"""`postgresql_with` of tables whose rows are updated: half of each page stays free, so that updates stay on it."""

OPEN = "state IN ('dead', 'parked')"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def service_metadata() -> MetaData:
    """A service's metadata, with the common tables in it."""
    metadata = MetaData(naming_convention=NAMING)
    _messaging(metadata)
    _dead_letters(metadata)
    _around(metadata)
    return metadata


def _messaging(metadata: MetaData) -> None:
    outbox = Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("events", Integer, nullable=False),
        Column("said", Text, nullable=False, comment="the lines of each event, as shared.messaging.outbox has them"),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
        Index(None, "topic", "id"),
        postgresql_with={"autovacuum_vacuum_scale_factor": 0.0, "autovacuum_vacuum_threshold": 20_000},
    )
    # to compress a page that is deleted a moment later takes longer than all the rest
    plain = DDL("ALTER TABLE outbox ALTER COLUMN said SET STORAGE EXTERNAL")  # type: ignore[no-untyped-call]
    event.listen(outbox, "after_create", plain)
    Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, nullable=False),
        Column("consumer", Text, nullable=False),
        PrimaryKeyConstraint("event_id", "consumer"),
    )
    Table(
        "consumer_position",
        metadata,
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("next_offset", BigInteger, nullable=False),
        PrimaryKeyConstraint("consumer", "topic", "partition"),
        postgresql_with=HOT,
    )
    Table(
        "epoch",
        metadata,
        Column("only", Integer, primary_key=True, server_default="1"),
        Column("number", Integer, nullable=False, comment="one more after each restore from a backup"),
    )


def _dead_letters(metadata: MetaData) -> None:
    Table(
        "dead_letter",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("state", Text, nullable=False, comment="dead · parked · replayed · discarded"),
        Column("reason", Text, nullable=False),
        Column("detail", Text, nullable=False, server_default=""),
        Column("type", Text, nullable=False),
        Column("event_id", Uuid),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("record_key", Text, nullable=False),
        Column("sealed", LargeBinary, nullable=False, comment="headers and value, encrypted"),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("closed_by", Text),
        Column("closed_reason", Text),
        Index("uq_dead_letter_place", "consumer", "topic", "partition", "position", unique=True),
        Index("ix_dead_letter_open", "consumer", "record_key", postgresql_where=text("state IN ('dead', 'parked')")),
    )


def _around(metadata: MetaData) -> None:
    Table(
        "effect",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("kind", Text, nullable=False),
        Column("key", Text, nullable=False, comment="idempotency key: the outside sees it at most once in effect"),
        Column("payload", JSONB, nullable=False),
        Column("state", Text, nullable=False, server_default="due"),
        Column("due", DateTime(timezone=True), nullable=False, comment="real time"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("last_error", Text),
        Index("uq_effect_kind_key", "kind", "key", unique=True),
        Index("ix_effect_due", "due", postgresql_where=text("state = 'due'")),
        Index("ix_effect_given_up", "id", postgresql_where=text("state = 'gave_up'")),
        postgresql_with=HOT,
    )
    Table(
        "audit",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("detail", JSONB, nullable=False),
        Column("salt", LargeBinary, nullable=False),
        Index(None, "subject"),
    )
    Table(
        "audit_seal",
        metadata,
        Column("number", BigInteger, Identity(always=True), primary_key=True),
        Column("last_id", BigInteger, nullable=False, unique=True),
        Column("root", LargeBinary, nullable=False, comment="Merkle root of the rows since the seal before"),
        Column("previous", LargeBinary, nullable=False),
        Column("signature", LargeBinary, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
    )
    Table(
        "request",
        metadata,
        Column("key", Text, nullable=False, comment="the Idempotency-Key that the caller sent"),
        Column("actor", Text, nullable=False),
        Column("asked", Text, nullable=False, comment="method, path and a hash of the body"),
        Column("status", Integer, nullable=False),
        Column("answer", Text, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("key", "actor"),
    )
