"""Identifiers: UUIDv7 for what is new, and derived ids for what follows from something else.

Doing the same work again must say the same thing, so the id of an event that follows from another is made
from its cause: the cause's time, and random bits taken from a hash of what follows. See docs/decisions/002.
"""

from datetime import datetime
from hashlib import blake2b
from typing import NewType
from uuid import UUID

import orjson
from uuid_utils import compat

EventId = NewType("EventId", UUID)
PersonId = NewType("PersonId", UUID)
OrganizationId = NewType("OrganizationId", UUID)
LicenseId = NewType("LicenseId", UUID)
CreditId = NewType("CreditId", UUID)
ReservationId = NewType("ReservationId", UUID)
ApplicationId = NewType("ApplicationId", UUID)
JobId = NewType("JobId", UUID)
PieceId = NewType("PieceId", UUID)
BatchId = NewType("BatchId", UUID)
ReceiptId = NewType("ReceiptId", UUID)
LetterId = NewType("LetterId", UUID)

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_VARIANT_DIGIT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit with the variant, `10` and two of a hash's bits, for each digit that the hash has there."""


def new_id() -> UUID:
    """A new UUIDv7, from real time."""
    return compat.uuid7()


def derived_id(cause: UUID, *parts: object) -> UUID:
    """The UUIDv7-shaped id of what follows from `cause`: equal for equal parts, at the cause's time."""
    return UUID(derived_text(cause, "\x1f".join(map(str, parts))))


def derived_text(cause: UUID, joined: str) -> str:
    """`derived_id` as text, of parts that are joined already: every event that is said needs it."""
    told = cause.bytes
    at, hashed = told[:6].hex(), blake2b(told + joined.encode(), digest_size=10).hexdigest()
    return f"{at[:8]}-{at[8:]}-7{hashed[1:4]}-{_VARIANT_DIGIT[hashed[4]]}{hashed[5:8]}-{hashed[8:]}"


def text_of(id_: UUID) -> str:
    """An id as text; the standard library's own way takes four times as long, the driver's id writes itself at once."""
    return orjson.dumps(id_)[1:-1].decode() if type(id_) is UUID else str(id_)


def named_id(at: datetime, *parts: object) -> UUID:
    """The UUIDv7-shaped id of a natural key (a file's row, a foreign event), at the time given."""
    return derived_id(UUID(int=int(at.timestamp() * 1000) << 80), *parts)


def id_floor(at: datetime) -> UUID:
    """The lowest UUIDv7 of an instant: every id made before it is lower."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | _VERSION_7 | _VARIANT)
