"""Named examples: licenses and credits that the tests of credentials speak about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.credentials.domain.credit import Credit, Entry
from services.credentials.domain.license import License, Period, Renewal
from shared.ids import named_id
from shared.policies import load

MS = load("mississippi")
MA = load("massachusetts")

TODAY = date(2026, 3, 3)
ENDS = date(2026, 6, 30)
FIVE_YEARS = Period(date(2021, 7, 1), ENDS, date(2021, 7, 1))


def ident(*parts: object) -> UUID:
    """The id of an example, the same in every run."""
    return named_id(datetime(2026, 1, 1, tzinfo=UTC), *parts)


def standard(license_class: str = "A", **changes: Any) -> License:
    """A Mississippi standard license of 1 July 2021 to 30 June 2026."""
    values: dict[str, Any] = {
        "license_id": ident("license"),
        "public_id": "p",
        "number": "200001",
        "person_id": ident("person"),
        "license_type": "standard",
        "license_class": license_class,
        "endorsements": ("120",),
        "periods": (FIVE_YEARS,),
    }
    return License(**(values | changes))


def administrator(**changes: Any) -> License:
    """A Mississippi career administrator's license of the same years."""
    return standard("AA", license_type="career_administrator", endorsements=("486",), **changes)


def professional(**changes: Any) -> License:
    """A Massachusetts Professional license of 10 March 2021 to 9 March 2026."""
    period = Period(date(2021, 3, 10), date(2026, 3, 9), date(2021, 3, 10))
    values: dict[str, Any] = {"license_type": "professional", "endorsements": ("ELEM",), "periods": (period,)}
    return standard("", **(values | changes))


def credit(amount: str, unit: str = "ceu", on: date = date(2025, 5, 3), **changes: Any) -> Credit:
    """A recorded credit; its title is its own."""
    kinds = {"ceu": "ceu", "semester_hours": "coursework", "semi": "semi", "pdp": "pdp"}
    values: dict[str, Any] = {
        "credit_id": ident(amount, unit, on, sorted(changes.items(), key=str)),
        "credit_type": kinds.get(unit, unit),
        "unit": unit,
        "amount": Decimal(amount),
        "completed_on": on,
        "title": f"Training of {amount} {unit} on {on}",
        "provider": "Literacy Institute",
        "source": "educator",
    }
    return Credit(**(values | changes))


def entry(**changes: Any) -> Entry:
    """What an educator types in for one CEU."""
    values: dict[str, Any] = {
        "credit_type": "ceu",
        "completed_on": date(2025, 5, 3),
        "title": "Reading by third grade",
        "provider": "Literacy Institute",
        "source": "educator",
        "amount": Decimal(1),
    }
    return Entry(**(values | changes))


def renewal(**changes: Any) -> Renewal:
    """An approval of the example's license, filed on 3 March 2026."""
    values: dict[str, Any] = {
        "application_id": ident("application"),
        "from_valid_until": ENDS,
        "filed_on": TODAY,
        "approved_at": datetime(2026, 3, 10, 15, 0, tzinfo=UTC),
    }
    return Renewal(**(values | changes))
