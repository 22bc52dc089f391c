"""Printing's tables: jobs, what is cut from them, the numbered paper; and what it knows of people and licenses."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()


def _when(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str, comment: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", comment=comment)


# ---- read models: each guarded by version, each rebuilt from its state topic alone --------------------

person = Table(
    "person",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("name", Text, nullable=False, comment="in full, as a document prints it"),
    Column("merged_into", Uuid),
    postgresql_with=HOT,
)

mailing = Table(
    "mailing",
    metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("lines", JSONB, nullable=False, comment="of the envelope, without the name; empty: no address known"),
    _text("postal_code"),
    postgresql_with=HOT,
)

license = Table(
    "license",
    metadata,
    Column("license_id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("number", Text, nullable=False, index=True),
    Column("person_id", Uuid, nullable=False),
    Column("public_id", Text, nullable=False, comment="the QR code's target"),
    Column("license_type", Text, nullable=False),
    Column("license_class", Text, nullable=False),
    Column("endorsements", JSONB, nullable=False),
    Column("standing", Text, nullable=False),
    Column("periods", JSONB, nullable=False, comment="first and last day of each"),
    Column("ends", JSONB, nullable=False, comment="the last day of each period, as the cut asks for it"),
    postgresql_with=HOT,
)

# ---- jobs: one per license and period -----------------------------------------------------------------

job = Table(
    "job",
    metadata,
    Column("job_id", Uuid, primary_key=True, comment="made from (license, valid_until): a second one cannot be"),
    Column("version", BigInteger, nullable=False),
    Column("license_id", Uuid, nullable=False, index=True),
    Column("person_id", Uuid, nullable=False, index=True),
    Column("application_id", Uuid, index=True),
    Column("effective_from", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("due_on", Date, nullable=False, comment="the business day whose batch prints it"),
    Column("state", Text, nullable=False, comment="queued · held · cut · released · mailed · returned · stopped"),
    _text("reason_code", "why it is held or stopped"),
    _text("reason_text"),
    _text("hold", "an officer's hold, or a recalled credit's: it is not cut and not cleared"),
    Column("copies", Integer, nullable=False, server_default="0"),
    Column("cutting_id", Uuid, comment="the last cutting that looked at it"),
    _when("queued_at"),
    _when("mailed_at", nullable=True),
    Index("ix_job_due", "due_on", postgresql_where=text("state IN ('queued', 'held')")),
    postgresql_with=HOT,
)

undone = Table(
    "undone",
    metadata,
    Column("application_id", Uuid, primary_key=True, comment="reversed before its license's renewal was heard"),
)

# ---- batches and pieces -------------------------------------------------------------------------------

cutting = Table(
    "cutting",
    metadata,
    Column("cutting_id", Uuid, primary_key=True),
    Column("due_on", Date, nullable=False, comment="jobs due until that day are cut"),
    Column("why", Text, nullable=False, comment="daily · asked · reprint"),
    Column("jobs", JSONB, comment="these alone; null: all that are due"),
    Column("ends", JSONB, comment="the ends of the topics that must be read before it cuts"),
    _when("opened_at"),
    _when("closed_at", nullable=True),
    Index("ix_cutting_open", "opened_at", postgresql_where=text("closed_at IS NULL")),
)

batch = Table(
    "batch",
    metadata,
    Column("batch_id", Uuid, primary_key=True),
    Column("number", BigInteger, Identity(always=True), nullable=False, unique=True),
    Column("version", BigInteger, nullable=False),
    Column("cutting_id", Uuid, ForeignKey("cutting.cutting_id"), nullable=False),
    Column("shop", Text, nullable=False, comment="the agency whose topic announces it"),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False, comment="cut · released"),
    Column("pieces", Integer, nullable=False),
    _when("cut_at"),
    _when("released_at", nullable=True),
    _text("manifest", "SHA-256"),
    Column("lease", Integer, nullable=False, server_default="0", comment="fencing token: each taking has a higher"),
    _text("holder"),
    Column("lease_until", DateTime(timezone=True), comment="real time"),
    Index("ix_batch_cut", "batch_id", postgresql_where=text("state = 'cut'")),
)

batch_file = Table(
    "batch_file",
    metadata,
    Column("batch_id", Uuid, ForeignKey("batch.batch_id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", Text, comment="null: not rendered yet"),
    Column("size", BigInteger, nullable=False, server_default="0"),
    Column("pages", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("batch_id", "number"),
)

piece = Table(
    "piece",
    metadata,
    Column("piece_id", Uuid, primary_key=True),
    Column("job_id", Uuid, ForeignKey("job.job_id"), nullable=False, index=True),
    Column("batch_id", Uuid, ForeignKey("batch.batch_id"), nullable=False),
    Column("place", Integer, nullable=False, comment="in the batch, from 0, in the order of postal codes"),
    Column("page", Integer, nullable=False, server_default="0", comment="in its file, from 1; 0: not rendered"),
    Column("copy", Integer, nullable=False),
    Column("number", Text, nullable=False, unique=True, comment="printed on it, never used twice"),
    Column("state", Text, nullable=False),
    _text("reason_code"),
    _text("reason_text"),
    Column("name", Text, nullable=False),
    Column("mail_to", JSONB, nullable=False, comment="the lines under the name"),
    Column("license_number", Text, nullable=False),
    Column("license_type", Text, nullable=False),
    Column("license_class", Text, nullable=False),
    Column("endorsements", JSONB, nullable=False),
    Column("public_id", Text, nullable=False),
    Column("cleared_under", Integer, comment="the lease under which it was cleared"),
    _when("cleared_at", nullable=True),
    _when("changed_at"),
    Index("ix_piece_batch", "batch_id", "place"),
    postgresql_with=HOT,
)

numbering = Table(
    "numbering",
    metadata,
    Column("year", Integer, primary_key=True),
    Column("last", BigInteger, nullable=False, comment="the last number that a document of the year bears"),
)

# ---- stock: numbered paper. good + spoiled + remaining = received -------------------------------------

stock = Table(
    "stock",
    metadata,
    Column("stock_id", Uuid, primary_key=True),
    Column("first", Text, nullable=False, comment="the first sheet's number"),
    Column("last", Text, nullable=False),
    Column("sheets", Integer, nullable=False),
    Column("received_by", Text, nullable=False),
    _when("received_at"),
)

sheet = Table(
    "sheet",
    metadata,
    Column("serial", Text, primary_key=True, comment="the sheet's number; the document's, where sheets bear none"),
    Column("piece_id", Uuid, ForeignKey("piece.piece_id"), nullable=False, index=True),
    Column("spoiled", Boolean, nullable=False),
    _text("reason"),
    _when("used_at"),
)

stock_count = Table(
    "stock_count",
    metadata,
    Column("count_id", Uuid, primary_key=True),
    Column("counted", Integer, nullable=False, comment="sheets that a person counted"),
    Column("expected", Integer, nullable=False, comment="received less used, at that moment"),
    Column("counted_by", Text, nullable=False),
    _when("counted_at"),
)
