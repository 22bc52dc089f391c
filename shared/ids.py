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
    return UUID(derived_text(cause, *parts))


def derived_text(cause: UUID, *parts: object) -> str:
    """`derived_id` as text, which every event that is said needs; no number of 128 bits is made on the way."""
    told = cause.bytes
    made = (told[:6] + blake2b(told + "\x1f".join(map(str, parts)).encode(), digest_size=10).digest()).hex()
    return f"{made[:8]}-{made[8:12]}-7{made[13:16]}-{_VARIANT_DIGIT[made[16]]}{made[17:20]}-{made[20:]}"


def text_of(id_: UUID) -> str:
    """An id as text; the standard library's own way takes four times as long, the driver's id writes itself at once."""
    return orjson.dumps(id_)[1:-1].decode() if type(id_) is UUID else str(id_)


def named_id(at: datetime, *parts: object) -> UUID:
    """The UUIDv7-shaped id of a natural key (a file's row, a foreign event), at the time given."""
    return derived_id(UUID(int=int(at.timestamp() * 1000) << 80), *parts)


def id_floor(at: datetime) -> UUID:
    """The lowest UUIDv7 of an instant: every id made before it is lower."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | _VERSION_7 | _VARIANT)
