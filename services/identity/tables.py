"""Identity's tables. What `sealed_…` columns hold opens only in `crypto`; a `…_mark` is a keyed hash for matching."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.messaging.tables import HOT, service_metadata

metadata = service_metadata()


def _when(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _text(name: str, comment: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="", comment=comment)


def _person(name: str = "person_id", *, primary_key: bool = False, nullable: bool = False) -> Column[object]:
    return Column(name, Uuid, ForeignKey("person.id"), primary_key=primary_key, nullable=nullable)


def _organization(
    name: str = "organization_id", *, primary_key: bool = False, nullable: bool = False
) -> Column[object]:
    return Column(name, Uuid, ForeignKey("organization.id"), primary_key=primary_key, nullable=nullable)


organization = Table(
    "organization",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("schools", ARRAY(Text), nullable=False, server_default="{}"),
    _text("phone"),
    _text("place", "where originals are shown"),
    _text("hours"),
)

person = Table(
    "person",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("educator_number", Text, nullable=False, unique=True),
    Column("first", Text, nullable=False),
    Column("last", Text, nullable=False),
    _text("middle"),
    _text("suffix"),
    _text("name_key", "as names are compared: domain.names.name_key"),
    Column("former_names", JSONB, nullable=False, server_default="[]"),
    _text("birth_mark"),
    _text("ssn_mark"),
    _text("last_four_mark"),
    Column("sealed_birth_date", LargeBinary),
    Column("sealed_ssn", LargeBinary, comment="nine digits, or the last four where no more is known"),
    Column("license_numbers", ARRAY(Text), nullable=False, server_default="{}", comment="known, not claimed"),
    Column("address", JSONB),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text, nullable=False, server_default="en"),
    _person("merged_into", nullable=True),
    _organization("started_by", nullable=True),
    Column("source", Text, nullable=False, server_default="", comment="the system it was imported from"),
    Column("external_id", Text, nullable=False, server_default="", comment="its id in that system"),
    _when("created_at"),
    CheckConstraint("merged_into <> id", name="not_merged_into_itself"),
    Index("ix_person_birth_mark", "birth_mark", postgresql_where=text("birth_mark <> ''")),
    Index("ix_person_ssn_mark", "ssn_mark", postgresql_where=text("ssn_mark <> ''")),
    Index("ix_person_last_four", "last_four_mark", "name_key", postgresql_where=text("last_four_mark <> ''")),
    Index("ix_person_license_numbers", "license_numbers", postgresql_using="gin"),
    Index("ix_person_name_key", "name_key", postgresql_ops={"name_key": "text_pattern_ops"}),
    Index("ix_person_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    Index(
        "uq_person_external",
        "source",
        "external_id",
        unique=True,
        postgresql_where=text("external_id <> ''"),
    ),
    postgresql_with={"fillfactor": 80},
)

employment = Table(
    "employment",
    metadata,
    _person(primary_key=True),
    _organization(primary_key=True),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Index("ix_employment_organization", "organization_id"),
)

account = Table(
    "account",
    metadata,
    _person(primary_key=True),
    Column("user_name", Text, nullable=False),
    Column("user_name_key", Text, nullable=False, unique=True, comment="unique regardless of case"),
    Column("password_hash", Text, nullable=False),
    Column("must_change", Boolean, nullable=False, server_default="false"),
    _text("hint_question"),
    Column("hint_hash", Text),
    _text("assurance", "self: as told · matched: name, birth date and SSN agreed with the records"),
    _when("closed_at", nullable=True),
    _when("created_at"),
)

password_history = Table(
    "password_history",
    metadata,
    _person(primary_key=True),
    Column("at", DateTime(timezone=True), primary_key=True),
    Column("password_hash", Text, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("mark", Text, primary_key=True, comment="keyed hash of the session's secret"),
    _person(),
    _when("began_at"),
    _when("last_used_at"),
    _when("ends_at"),
    _when("ended_at", nullable=True),
    _text("address"),
    Index("ix_session_person", "person_id"),
    postgresql_with=HOT,
)

pin = Table(
    "pin",
    metadata,
    _person(primary_key=True),
    Column("mark", Text, nullable=False),
    _when("expires_at"),
    Column("tries", Integer, nullable=False, server_default="0"),
    _when("used_at", nullable=True),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", Text, primary_key=True, comment="what is limited, as a keyed hash"),
    Column("count", Integer, nullable=False),
    _when("until"),
    postgresql_with=HOT,
)

role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Uuid, primary_key=True),
    _person(),
    Column("role", Text, nullable=False),
    _organization(),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date),
    Column("granted_by", Text, nullable=False),
    _when("granted_at"),
    _when("revoked_at", nullable=True),
    Column("revoked_by", Text),
    Index("ix_role_grant_person", "person_id"),
    Index("ix_role_grant_organization", "organization_id"),
)

delegation = Table(
    "delegation",
    metadata,
    Column("id", Uuid, primary_key=True),
    _organization(),
    _person("superintendent_id"),
    _person("designee_id"),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("absence_cover", Boolean, nullable=False, server_default="false"),
    _when("made_at"),
    _when("revoked_at", nullable=True),
    Index("ix_delegation_organization", "organization_id"),
    Index("ix_delegation_designee", "designee_id"),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Uuid, primary_key=True),
    _person(),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    _when("cancelled_at", nullable=True),
    Index("ix_absence_person", "person_id"),
)

profile_case = Table(
    "profile_case",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("reference", Text, nullable=False, unique=True, comment="what the claimant is told: C-7F2K"),
    Column("claim_mark", Text, nullable=False, comment="the same claim again finds its open case"),
    _organization("district_id", nullable=True),
    Column("person_ids", ARRAY(Uuid), nullable=False),
    Column("differing", ARRAY(Text), nullable=False),
    Column("sealed_claim", LargeBinary, comment="all that the claimant gave; gone once the case is decided"),
    Column("state", Text, nullable=False, server_default="open", comment="open · same · different"),
    _when("opened_at"),
    Column("decided_by", Text),
    _when("decided_at", nullable=True),
    Column("person_id", Uuid, comment="whom it was decided to be"),
    Index("ix_profile_case_open", "district_id", postgresql_where=text("state = 'open'")),
    Index(
        "uq_profile_case_open_claim",
        "claim_mark",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
)

signing_key = Table(
    "signing_key",
    metadata,
    Column("key_id", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()),
)
