"""What a state licenses: types, classes, endorsements, and the kinds of application for them."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.policies.base import Code, Table, Words
from shared.policies.clocks import Clock

Approver = Literal["district", "state", "automatic"]


class LicenseClass(Table):
    """A class of license: in Mississippi the level of the degree."""

    code: Code
    name: Words


class LicenseType(Table):
    """A type of license, how long it is valid, and whether it can be renewed or extended."""

    code: Code
    name: Words
    clock: Clock
    classes: tuple[Code, ...] = ()
    renewable: bool = True
    provisional: bool = Field(False, description="Issued as provisional; stored with the license, and may change")
    extensions: int = Field(0, ge=0, description="How many times its validity may be extended without renewal")


class Endorsement(Table):
    """What its holder may teach."""

    code: Code
    name: Words
    grades: str = ""


class Fee(Table):
    """What an application costs, in dollars: the first that a person files, and each further one."""

    first: Decimal = Field(Decimal(0), ge=0)
    further: Decimal = Field(Decimal(0), ge=0)

    @property
    def is_due(self) -> bool:
        """Whether there is anything to pay at all."""
        return self.first > 0 or self.further > 0


class Proof(Table):
    """A document that an application or a credit rests on, and what it must show to be accepted."""

    code: Code
    name: Words
    shows: tuple[Words, ...] = ()
    required: bool = True


class ApplicationKind(Table):
    """One kind of application: who decides it, what it costs, what it needs and what it leads to."""

    code: Code
    name: Words
    approver: Approver
    fee: Fee = Fee()
    types: tuple[Code, ...] = Field((), description="The types of license that it is for; none: every type")
    leads_to: tuple[Code, ...] = Field((), description="The types of license that may come of it")
    proofs: tuple[Proof, ...] = ()
    by_upload: bool = Field(False, description="Proofs are uploaded; otherwise the originals are shown")


class Reinstatement(Table):
    """A way back for a license that has ended: its years, and what has to be shown or earned for it."""

    code: Code
    name: Words
    years: int = Field(ge=1)
    renewable: bool = True
    then_years: int = Field(0, ge=0, description="The years granted after a non-renewable one is completed")
    unit: Code | None = None
    amount: Decimal = Field(Decimal(0), ge=0)
    earned_within_years: int = Field(0, ge=0)

    @model_validator(mode="after")
    def _an_amount_has_a_unit(self) -> Self:
        if (self.unit is None) is not (self.amount == 0):
            raise ValueError("unit and amount belong together")
        return self
