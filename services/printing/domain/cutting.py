"""What is cut: a job becomes a piece if all that stands on the paper is known, and the license stands."""

from dataclasses import dataclass
from uuid import UUID

from services.printing.domain.jobs import NO_ADDRESS, NO_LICENSE, NO_PERSON, NOT_STANDING, UNREAD, About, JobState
from shared.contracts.values import Reason
from shared.ids import JobId, PieceId, derived_id

GOOD = "good"


@dataclass(frozen=True, slots=True)
class Snapshot(About):
    """A due job, and what is known about its license and its holder at the moment of the cut."""

    version: int
    state: JobState
    reason_code: str
    copies: int
    has_person: bool
    has_period: bool
    standing: str
    has_address: bool
    postal_code: str
    has_unread: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a due job: cut, or held or stopped for a reason."""

    state: JobState
    reason: Reason | None = None


CUT = Verdict(JobState.CUT)


def judge(due: Snapshot) -> Verdict:
    """Whether the job is cut. What is not known is never guessed: then it is held, and looked at again next time."""
    if due.has_unread:
        return Verdict(JobState.HELD, UNREAD)
    if not due.has_person:
        return Verdict(JobState.HELD, NO_PERSON)
    if not due.has_period:
        return Verdict(JobState.HELD, NO_LICENSE)
    if due.standing != GOOD:
        return Verdict(JobState.STOPPED, NOT_STANDING)
    if not due.has_address:
        return Verdict(JobState.HELD, NO_ADDRESS)
    return CUT


@dataclass(frozen=True, slots=True)
class Chosen:
    """A piece in the making: its place in the batch and the number that is printed on it."""

    piece_id: PieceId
    job_id: JobId
    place: int
    number: str


def choose(due: list[Snapshot], *, year: int, first_number: int) -> list[Chosen]:
    """The pieces of a batch in their order, numbered on from `first_number`."""
    return [
        Chosen(piece_of(job.job_id, job.copies + 1), job.job_id, place, f"{year}-{first_number + place:07d}")
        for place, job in enumerate(due)
    ]


def piece_of(job_id: JobId, copy: int) -> PieceId:
    """The piece that is a job's copy of this number."""
    return PieceId(derived_id(UUID(int=job_id.int), "piece", copy))
