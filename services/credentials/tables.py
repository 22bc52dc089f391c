"""Credentials' tables. License rows leave room for updates that touch no index; the rest is found by person."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Numeric,
    Sequence,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False, comment="of what is said about their credits"),
    Column("known_version", BigInteger, nullable=False, comment="of identity's state; 0: not heard of yet"),
    Column("educator_number", Text),
    Column("districts", ARRAY(Uuid), nullable=False, server_default="{}"),
    Column("merged_into", Uuid),
    Index(None, "educator_number"),
    Index("ix_person_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    postgresql_with=HOT,
)

license = Table(
    "license",
    metadata,
    Column("license_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("public_id", Text, nullable=False, unique=True, comment="the unguessable address on the paper"),
    Column("number", Text, nullable=False, unique=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("license_type", Text, nullable=False),
    Column("license_class", Text, nullable=False),
    Column("endorsements", ARRAY(Text), nullable=False),
    Column("periods", JSONB, nullable=False, comment="domain's Period, in order; never empty"),
    Column("valid_until", Date, nullable=False, comment="of the last period; not indexed, so that renewing is HOT"),
    Column("standing", Text, nullable=False),
    Column("standing_until", Date),
    Column("provisional", Boolean, nullable=False),
    Column("discipline", JSONB, nullable=False, server_default="[]"),
    Column("hold_reason", Text, comment="private"),
    Column("hold_until", Date),
    Column("extensions_used", Integer, nullable=False, server_default="0"),
    Column("expiry_said", Date, comment="the end of which LicenseExpired was said"),
    CheckConstraint("standing IN ('good', 'suspended', 'revoked')", name="standing"),
    postgresql_with=HOT | {"fillfactor": 35},
)

credit = Table(
    "credit",
    metadata,
    Column("credit_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False, comment="as it was said; a merge is resolved when reading"),
    Column("credit_type", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("contact_hours", Numeric),
    Column("title", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("started_on", Date),
    Column("completed_on", Date, nullable=False),
    Column("content_group", Text),
    Column("grade", Text, nullable=False, server_default=""),
    Column("source", Text, nullable=False, comment="educator, or the agency that awarded it"),
    Column("load_id", Text),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("reservation_id", Uuid),
    Column("recalled", Text, comment="why it was taken back"),
    Index(None, "person_id", "completed_on"),
    Index("ix_credit_reservation_id", "reservation_id", postgresql_where=text("reservation_id IS NOT NULL")),
    postgresql_with={"fillfactor": 80},
)

scan = Table(
    "scan",
    metadata,
    Column("scan_id", Uuid, primary_key=True),
    Column("person_id", Uuid, nullable=False, comment="who handed it in"),
    Column("credit_id", Uuid, comment="none: no credit has it yet, or the credit was taken out; forgotten after a day"),
    Column("name", Text, nullable=False, comment="as its owner called the file"),
    Column("media_type", Text, nullable=False, comment="what its content is, whatever its name says"),
    Column("bytes", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("state", Text, nullable=False, comment="waiting · released · refused"),
    Column("note", Text, nullable=False, server_default="", comment="the scanner's word"),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Index("ix_scan_credit_id", "credit_id", postgresql_where=text("credit_id IS NOT NULL")),
    Index("ix_scan_loose", "person_id", "uploaded_at", postgresql_where=text("credit_id IS NULL")),
    CheckConstraint("state IN ('waiting', 'released', 'refused')", name="state"),
)

license_number = Sequence("license_number", start=9_000_001, metadata=metadata)

recall = Table(
    "recall",
    metadata,
    Column("credit_id", Uuid, primary_key=True, comment="taken back before it was awarded"),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)

reservation = Table(
    "reservation",
    metadata,
    Column("reservation_id", Uuid, primary_key=True),
    Column("application_id", Uuid, nullable=False, index=True, comment="filed again after a return: several"),
    Column("license_id", Uuid, nullable=False, index=True),
    Column("person_id", Uuid, nullable=False),
    Column("option", Text, nullable=False),
    Column("from_valid_until", Date, nullable=False),
    Column("filed_on", Date, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("reference", Text, nullable=False, server_default="", index=True, comment="as people call it: R-2026-04417"),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False, comment="held · spent · released · broken"),
    CheckConstraint("state IN ('held', 'spent', 'released', 'broken')", name="state"),
    postgresql_with=HOT,
)

case = Table(
    "officer_case",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False, comment="recall: after an approval · action: an agency's report"),
    Column("license_id", Uuid, nullable=False),
    Column("person_id", Uuid, nullable=False),
    Column("application_id", Uuid),
    Column("credit_id", Uuid),
    Column("agency", Text, nullable=False),
    Column("action", Text, nullable=False, server_default="", comment="what the agency did"),
    Column("acted_on", Date),
    Column("note", Text, nullable=False, server_default=""),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("outcome", Text),
    Index("ix_officer_case_open", "license_id", postgresql_where=text("closed_at IS NULL")),
)
