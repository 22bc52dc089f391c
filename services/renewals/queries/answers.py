"""The shapes of the answers. Codes are for programs, texts for people; dates are the jurisdiction's."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from services.renewals.domain.states import Action, State
from shared.contracts.values import Authority, CreditAmount, Reason
from shared.ids import ApplicationId, CreditId, LicenseId, OrganizationId, PersonId


class Answer(BaseModel):
    """Part of an answer."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ClaimShown(Answer):
    """Who is reviewing it, and since when."""

    person_id: PersonId
    name: str
    since: datetime


class OriginalShown(Answer):
    """One line of the checklist; `seen_at` is when somebody ticked it."""

    number: int
    credit_id: CreditId | None
    title: str
    must_show: list[str]
    seen_name: str
    seen_at: datetime | None


class Happened(Answer):
    """One entry of the timeline: a code, a sentence, who (empty: the system) and when."""

    at: datetime
    what: str
    text: str
    who: str


class StatusShown(Answer):
    """Where, why, what next, by when."""

    label: str
    where: str
    why: str
    next: str
    by: date | None


class Summary(Answer):
    """An application in a list."""

    application_id: ApplicationId
    reference: str
    version: int
    state: State
    kind: str
    option: str
    option_name: str
    license_id: LicenseId
    license_number: str
    person_id: PersonId
    educator: str
    educator_number: str
    totals: list[CreditAmount]
    originals: int
    originals_seen: int
    filed_at: datetime
    ends: date | None
    new_end: date | None
    due_on: date
    overdue: bool
    district_id: OrganizationId | None
    with_state: bool
    claim: ClaimShown | None


class ApplicationShown(Summary):
    """One application, whole. `actions` are those that its state allows to who asks."""

    district: str
    attested: list[str]
    policy_version: str
    decided_by: Authority | None
    decided_at: datetime | None
    reason: Reason | None
    prints_on: date | None
    undo_until: datetime | None
    mine: bool
    actions: list[Action]
    status: StatusShown
    checklist: list[OriginalShown]
    timeline: list[Happened]


class Counts(Answer):
    """How many wait in a queue, by what people look for."""

    waiting: int
    overdue: int
    due_this_week: int
    yours: int
    free: int
    returned: int
    ends_in_30_days: int
    blocked: int


class Queue(Answer):
    """A page of a queue, soonest due first; `next` is the following page's `after`."""

    organization_id: OrganizationId | None
    organization: str
    counts: Counts
    rows: list[Summary]
    next: str | None
