"""Example states of licenses, people and districts, as other services would say them."""

from datetime import UTC, date, datetime
from typing import Any

from shared.contracts import Envelope
from shared.contracts.credentials import LicenseState
from shared.contracts.identity import OrganizationState, PersonState
from shared.contracts.values import Name, PeriodEarned
from shared.ids import LicenseId, OrganizationId, PersonId, new_id

PERIOD = PeriodEarned(effective_from=date(2021, 7, 1), valid_until=date(2026, 6, 30))
NEXT = PeriodEarned(effective_from=date(2026, 7, 1), valid_until=date(2031, 6, 30))


def license_state(**changes: Any) -> LicenseState:
    """A standard license of class A, valid until 30 June 2026."""
    license_id = LicenseId(new_id())
    values: dict[str, Any] = {
        "license_id": license_id,
        "public_id": f"p{license_id.hex[-20:]}",
        "number": f"{license_id.int % 10**9:09}",
        "person_id": PersonId(new_id()),
        "license_class": "A",
        "license_type": "standard",
        "endorsements": ("116", "120"),
        "periods": (PERIOD,),
        "standing": "good",
    }
    return LicenseState(**values | changes)


def person_state(first: str = "Maria", last: str = "Lopez", **changes: Any) -> PersonState:
    """A person without a district."""
    values: dict[str, Any] = {
        "person_id": PersonId(new_id()),
        "educator_number": "MS-100001",
        "name": Name(first=first, last=last),
    }
    return PersonState(**values | changes)


def district_state(name: str = "Jackson Public Schools") -> OrganizationState:
    """A district."""
    return OrganizationState(organization_id=OrganizationId(new_id()), code="2520", name=name, kind="district")


def said(event: Any, version: int = 1) -> Any:
    """The event as it comes from Kafka, in that version."""
    envelope = Envelope(
        id=new_id(), type="", source="", at=datetime.now(UTC), subject="", version=version, actor="", cause=None,
        trace="", topic="",
    )  # fmt: skip
    return event.received(envelope)
