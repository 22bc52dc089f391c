"""The shapes of the answers. Codes are for programs, texts for people; dates are the jurisdiction's."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.values import Discipline, Reason


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True)


class Named(Answer):
    """A license by its number, for what refers to it."""

    number: str
    license_id: UUID
    person_id: UUID


class Coded(Answer):
    """A code of the policy and its words."""

    code: str
    name: str


class EndorsementShown(Coded):
    """What its holder may teach."""

    grades: str


class PeriodShown(Answer):
    """A validity period; credits completed from `earning_from` on count for its renewal."""

    effective_from: date
    valid_until: date
    earning_from: date
    application_id: UUID | None


class LicenseShown(Answer):
    """A license, to its holder and to those who may see it. `renewal_hold` is private to them.

    `educator_number` is said where one license is asked for.
    """

    license_id: UUID
    public_id: str
    number: str
    person_id: UUID
    type: Coded
    license_class: Coded | None
    endorsements: tuple[EndorsementShown, ...]
    status: str
    standing: str
    provisional: bool
    effective_from: date
    valid_until: date
    periods: tuple[PeriodShown, ...]
    discipline: tuple[Discipline, ...]
    renewal_hold: str | None
    educator_number: str | None = None
    version: int


class LineShown(Answer):
    """One need of an option."""

    unit: Coded
    group: Coded | None
    needed: Decimal
    have: Decimal
    still_needed: Decimal
    text: str


class OptionShown(Answer):
    """One way to renew: met or not, open or not, why it cannot be filed; else the credits that filing sets aside."""

    code: str
    name: str
    met: bool
    can_file: bool
    opens_on: date | None
    obstacle: Reason | None
    lines: tuple[LineShown, ...]
    sets_aside: tuple[UUID, ...]


class OriginalNeeded(Answer):
    """The original that proves a credit, and what it must show."""

    name: str
    shows: tuple[str, ...]


class ScanShown(Answer):
    """A scan of an original. `state`: waiting (being checked), released, refused; `note`: the scanner's word."""

    scan_id: UUID
    credit_id: UUID | None
    name: str
    media_type: str
    bytes: int
    pages: int
    state: str
    note: str
    uploaded_at: datetime


class CreditShown(Answer):
    """A recorded credit, and whether it counts for this license."""

    credit_id: UUID
    credit_type: Coded
    amount: Decimal
    unit: str
    contact_hours: Decimal | None
    title: str
    provider: str
    started_on: date | None
    completed_on: date
    group: Coded | None
    grade: str
    source: str
    counts: bool
    why_not: Reason | None
    reserved: bool
    can_be_taken_out: bool
    original: OriginalNeeded | None
    scans: tuple[ScanShown, ...]


class CreditTypeShown(Coded):
    """A kind of credit, who enters it and what it needs."""

    unit: Coded
    contact_hours_per_unit: Decimal | None
    minimum: Decimal
    entered_by: tuple[str, ...]
    groups: tuple[Coded, ...]
    original: OriginalNeeded | None


class FilingShown(Answer):
    """The application that is open, and the option that it was filed under."""

    application_id: UUID
    option: str
    filed_on: date


class DevelopmentShown(Answer):
    """The professional-development page: what is needed by this license's class, and what is there.

    `new_end` is what a renewal that is filed and decided today would give; none where a period begins open.
    """

    license: LicenseShown
    can_file: bool
    obstacle: Reason | None
    open_filing: FilingShown | None
    last_safe_date: date | None
    earning_from: date
    earning_until: date
    new_end: date | None
    options: tuple[OptionShown, ...]
    credits: tuple[CreditShown, ...]
    credit_types: tuple[CreditTypeShown, ...]
    policy_version: str


class StepShown(Answer):
    """So much more of a unit."""

    amount: Decimal
    unit: Coded
    group: Coded | None


class PlanShown(Answer):
    """One lawful way to renew; the cheapest stands first. `cost` is in hours of effort, or in the prices given."""

    option: Coded
    steps: tuple[StepShown, ...]
    cost: Decimal
    opens_on: date | None
    file_by: date | None


class MonthShown(Answer):
    """The licenses of a district that end in a month, and how far their renewals are."""

    first_day: date
    ending: int
    filed: int
    ready: int
    short: int
    not_renewable: int


class LapseShown(Answer):
    """A license that ends soon and is short; `steps` are the cheapest lawful way, empty where nothing can be earned."""

    number: str
    educator_number: str
    valid_until: date
    file_by: date | None
    steps: tuple[StepShown, ...]


class ForecastShown(Answer):
    """Which licenses of a district's educators end by `until`: of all that are in use now, and how many are short."""

    organization_id: UUID
    until: date
    licenses: int
    ending: int
    short: int
    months: tuple[MonthShown, ...]
    those_short: tuple[LapseShown, ...]


class RosterLicense(Answer):
    """A license of a roster. `readiness`: filed · ready · short (of `steps`) · not_due · not_renewable · ended."""

    number: str
    type: Coded
    license_class: Coded | None
    status: str
    valid_until: date
    readiness: str
    file_by: date | None
    steps: tuple[StepShown, ...]


class RosterShown(Answer):
    """One of a district's educators, with the licenses."""

    person_id: UUID
    educator_number: str
    licenses: tuple[RosterLicense, ...]


class FilingCheck(Answer):
    """Whether a person may file for a license now, under an option where one is named; and why not."""

    allowed: bool
    reason: Reason | None
    license_id: UUID
    person_id: UUID
    number: str
    license_type: str
    license_class: str
    option: Coded | None
    options: tuple[OptionShown, ...]
    valid_until: date
    new_valid_until: date
    policy_version: str


class Clearance(Answer):
    """Whether the paper of a period may go into its envelope; without a yes the piece stops."""

    cleared: bool
    reason: Reason | None
    license_id: UUID
    status: str
    valid_until: date | None
    version: int


class CaseShown(Answer):
    """What an officer has to decide."""

    case_id: UUID
    kind: str
    license_id: UUID
    number: str
    person_id: UUID
    application_id: UUID | None
    credit_id: UUID | None
    agency: str
    action: str
    acted_on: date | None
    note: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    outcome: str | None
