"""What other systems publish to us, each on its own `inbound.<agency>.….v1` topic. Read strictly, at the door.

A person is named by educator number, or by license number and last name. `ce_id` and `ce_source` together are
an event's identity; saying it again with the same identity changes nothing and is receipted again.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(min_length=1, max_length=200)]


class Foreign(BaseModel):
    """Something an outside system says: unknown fields are refused, so that a typing error is not lost."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class AboutPerson(Foreign):
    """Names an educator."""

    educator_number: str | None = Field(None, max_length=20)
    license_number: str | None = Field(None, max_length=20)
    last_name: str | None = Field(None, max_length=100)

    @model_validator(mode="after")
    def _names_somebody(self) -> Self:
        if not self.educator_number and not (self.license_number and self.last_name):
            raise ValueError("name the educator by educator_number, or by license_number and last_name")
        return self


class CreditsAwarded(AboutPerson):
    """An educator earned a credit. `reference` is the agency's own number of it, and recalls name it."""

    reference: Text
    unit: Literal["ceu", "semester_hours", "semi", "pdp"]
    amount: Annotated[Decimal, Field(gt=0, le=1000, decimal_places=2)]
    contact_hours: Annotated[Decimal, Field(gt=0, le=10000, decimal_places=2)] | None = None
    title: Text
    provider: Text
    started_on: date | None = None
    completed_on: date


class CreditsRecalled(AboutPerson):
    """A credit is taken back; if its award is still to come, it will not count when it comes."""

    reference: Text
    reason: Text


class StaffAssigned(AboutPerson):
    """A person works for a district from a day on."""

    organization_code: Text
    first_day: date


class StaffReleased(AboutPerson):
    """A person no longer works for a district."""

    organization_code: Text
    last_day: date


class DisciplinaryActionReported(AboutPerson):
    """Another state or the clearinghouse took an action against an educator."""

    kind: Literal["suspension", "revocation", "reprimand", "surrender"]
    on: date
    note: Annotated[str, Field(max_length=2000)] = ""


class PieceReported(Foreign):
    """What became of one piece of a batch that the print shop holds under `lease`."""

    piece_id: Text
    lease: int
    outcome: Literal["printed", "spoiled", "inserted", "mailed", "returned"]
    serial: Annotated[str, Field(max_length=40)] = ""
    at: AwareDatetime
    note: Annotated[str, Field(max_length=500)] = ""


FOREIGN: dict[str, dict[str, type[Foreign]]] = {
    "credits": {"CreditsAwarded": CreditsAwarded, "CreditsRecalled": CreditsRecalled},
    "rosters": {"StaffAssigned": StaffAssigned, "StaffReleased": StaffReleased},
    "actions": {"DisciplinaryActionReported": DisciplinaryActionReported},
    "print-reports": {"PieceReported": PieceReported},
}
"""What may stand on each kind of inbound topic: `ce_type` is `elms.inbound.<name>.v1`."""
