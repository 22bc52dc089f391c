"""Professional development: units, kinds of credit, and the options by which a license is renewed."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.base import Code, Table, Words
from shared.policies.licensing import Proof

Source = Literal["educator", "department"]
"""Who enters a credit: its educator, or the department (by file, by event or at its desk)."""


class Unit(Table):
    """What credits are counted in. An `evidence` unit is there or not; an `amount` is added up."""

    code: Code
    name: Words = Field(description="As it stands after an amount: 4.5 CEU")
    counts: Literal["amount", "evidence"] = "amount"
    method: Words = Field(description="What people call the way of earning it: college credit")
    contact_hours: Decimal | None = Field(None, gt=0, description="Contact hours in one unit")
    minimum: Decimal = Field(Decimal(1), gt=0, description="The least that one credit may be")
    maximum: Decimal = Field(Decimal(500), gt=0, description="More than this in one credit is a slip of the pen")
    effort_hours: Decimal = Field(Decimal(0), ge=0, description="What one unit takes to earn, for the planner")


class CreditType(Table):
    """A kind of credit: its unit, who may enter it, and the original that proves it."""

    code: Code
    name: Words
    unit: Code
    entered_by: tuple[Source, ...]
    groups: tuple[Code, ...] = ()
    loaded_group: Code | None = Field(None, description="The group of what an agency awards without naming one")
    original: Proof | None = Field(None, description="What is shown in person; none: it needs no proof")


class Group(Table):
    """A kind of content among which an option may divide its amount."""

    code: Code
    name: Words


class Conversion(Table):
    """What one unit is worth in another, where an option asks for that other."""

    unit: Code
    into: Code
    factor: Decimal = Field(gt=0)


class Need(Table):
    """So much of a unit; of one group, or of any."""

    unit: Code
    amount: Decimal = Field(gt=0)
    group: Code | None = None


class RenewalOption(Table):
    """One way to renew: what it needs, for which licenses, and from when on it is open."""

    code: Code
    name: Words
    types: tuple[Code, ...] = Field(min_length=1)
    classes: tuple[Code, ...] = Field((), description="None: every class of these types")
    needs: tuple[Need, ...] = Field(min_length=1)
    opens_months_before_end: int | None = Field(None, ge=1, description="None: as soon as it is met")
    after_end: Literal["no", "allowed", "only"] = "no"
    needs_another_active: tuple[Code, ...] = Field((), description="Types of which the person must hold another")

    def is_for(self, license_type: str, license_class: str) -> bool:
        """Whether licenses of this type and class may be renewed so."""
        return license_type in self.types and (not self.classes or license_class in self.classes)

    @property
    def units(self) -> frozenset[str]:
        """The units that count under this option, before conversions."""
        return frozenset(need.unit for need in self.needs)

    @model_validator(mode="after")
    def _each_need_once(self) -> Self:
        named = [(need.unit, need.group) for need in self.needs]
        if len(set(named)) != len(named):
            raise ValueError("needs names the same unit and group twice")
        return self


class Development(Table):
    """All of a state's rules of professional development."""

    one_option_per_period: bool = Field(description="Once filed under one option, no other method may be mixed in")
    units: tuple[Unit, ...]
    credit_types: tuple[CreditType, ...]
    groups: tuple[Group, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    options: tuple[RenewalOption, ...]
