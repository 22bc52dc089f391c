"""The services' tables as the naive chain's ORM sees them, with an inbox and an outbox of its own in each database."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

TYPES: dict[Any, Any] = {
    str: TEXT, datetime: TIMESTAMP(timezone=True), dict[str, Any]: JSONB, list[Any]: JSONB,
}  # fmt: skip


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


class Inbox(Base):
    __tablename__ = "naive_inbox"
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str] = mapped_column(primary_key=True)


class Outbox(Base):
    __tablename__ = "naive_outbox"
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    cause: Mapped[UUID]
    topic: Mapped[str]
    type: Mapped[str]
    key: Mapped[str]
    version: Mapped[int] = mapped_column(BigInteger)
    value: Mapped[dict[str, Any]]


class Credentials(Base):
    __tablename__ = "license"
    license_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    public_id: Mapped[str]
    number: Mapped[str]
    person_id: Mapped[UUID]
    license_type: Mapped[str]
    license_class: Mapped[str]
    endorsements: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    periods: Mapped[list[Any]]
    valid_until: Mapped[date]
    standing: Mapped[str]
    standing_until: Mapped[date | None]
    provisional: Mapped[bool]
    discipline: Mapped[list[Any]]
    hold_reason: Mapped[str | None]


class Reservation(Base):
    __tablename__ = "reservation"
    reservation_id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]


class Application(Base):
    __tablename__ = "application"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    person_id: Mapped[UUID]
    license_id: Mapped[UUID]
    filed_at: Mapped[datetime]
    wanted: Mapped[int]
    seen: Mapped[int]
    reservation_id: Mapped[UUID]
    from_valid_until: Mapped[date]
    policy_version: Mapped[str]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    paper: Mapped[str]
    prints_on: Mapped[date | None]


class Place(Base):
    __tablename__ = "open_application"
    license_id: Mapped[UUID] = mapped_column(primary_key=True)


class History(Base):
    __tablename__ = "history"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    what: Mapped[str]
    who: Mapped[str] = mapped_column(default="")
    who_id: Mapped[UUID | None]
    detail: Mapped[str] = mapped_column(default="")


class Second(DeclarativeBase):
    """Other services' tables, which have the same names."""

    type_annotation_map: ClassVar[dict[Any, Any]] = TYPES


class Shown(Second):
    __tablename__ = "license"
    __table_args__ = {"schema": "shown"}  # noqa: RUF012
    license_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    public_id: Mapped[str]
    number: Mapped[str]
    number_key: Mapped[str]
    person_id: Mapped[UUID]
    license_type: Mapped[str]
    license_class: Mapped[str]
    endorsements: Mapped[list[Any]]
    periods: Mapped[list[Any]]
    standing: Mapped[str]
    standing_until: Mapped[date | None]
    provisional: Mapped[bool]
    discipline: Mapped[list[Any]]


class Known(Second):
    __tablename__ = "license"
    license_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[str]
    person_id: Mapped[UUID]
    public_id: Mapped[str]
    license_type: Mapped[str]
    license_class: Mapped[str]
    endorsements: Mapped[list[Any]]
    standing: Mapped[str]
    periods: Mapped[list[Any]]
    ends: Mapped[list[Any]]


class Job(Second):
    __tablename__ = "job"
    job_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    license_id: Mapped[UUID]
    person_id: Mapped[UUID]
    application_id: Mapped[UUID | None]
    effective_from: Mapped[date]
    valid_until: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str]
    queued_at: Mapped[datetime]


class Undone(Second):
    __tablename__ = "undone"
    application_id: Mapped[UUID] = mapped_column(primary_key=True)


class Recipient(Second):
    __tablename__ = "recipient"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    language: Mapped[str]


class Letter(Second):
    __tablename__ = "letter"
    letter_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    kind: Mapped[str]
    language: Mapped[str]
    name: Mapped[str]
    template: Mapped[str]
    letterhead: Mapped[str]
    data: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
    emailed: Mapped[bool]
    cause: Mapped[UUID]
