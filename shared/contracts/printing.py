"""What printing says: a job per license and period, and what became of each piece of paper."""

from datetime import date

from pydantic import AwareDatetime

from shared.contracts.base import Fact
from shared.contracts.topics import PRINT_JOBS, PRINTING
from shared.contracts.values import Period, Reason, Value
from shared.ids import ApplicationId, BatchId, JobId, LicenseId, PersonId, PieceId


class _OfJob(Fact):
    job_id: JobId
    application_id: ApplicationId | None
    license_id: LicenseId
    person_id: PersonId


class PrintJobQueued(_OfJob, topic=PRINTING, key="job_id"):
    """An official license will be printed on its due day."""

    period: Period
    due_on: date


class PieceHeld(_OfJob, topic=PRINTING, key="job_id"):
    """A due piece waits for something that is missing, such as an address."""

    reason: Reason


class PieceReleased(_OfJob, topic=PRINTING, key="job_id"):
    """The piece's page is rendered and offered to the print shop."""

    piece_id: PieceId
    batch_id: BatchId
    copy_number: int


class PiecePrinted(_OfJob, topic=PRINTING, key="job_id"):
    """The shop printed the piece on the stock with this serial number."""

    piece_id: PieceId
    serial: str


class PieceSpoiled(_OfJob, topic=PRINTING, key="job_id"):
    """A sheet was spoiled; a new copy takes its place."""

    piece_id: PieceId
    serial: str
    reason: str


class LicenseMailed(_OfJob, topic=PRINTING, key="job_id"):
    """The official license is in the mail."""

    piece_id: PieceId
    mailed_at: AwareDatetime


class MailReturned(_OfJob, topic=PRINTING, key="job_id"):
    """The post brought the envelope back."""

    piece_id: PieceId
    reason: str


class PrintJobStopped(_OfJob, topic=PRINTING, key="job_id"):
    """The job ends without a mailed license, with the reason."""

    reason: Reason


class BatchFile(Value):
    """One PDF of a batch."""

    name: str
    sha256: str
    pages: int


class BatchReleased(Fact, topic=PRINT_JOBS, key="batch_id"):
    """A batch waits for its print shop at the address."""

    agency: str
    batch_id: BatchId
    due_on: date
    pieces: int
    address: str
    files: tuple[BatchFile, ...]


class PieceStopped(Fact, topic=PRINT_JOBS, key="batch_id"):
    """A piece of a released batch must not go into an envelope."""

    agency: str
    batch_id: BatchId
    piece_id: PieceId
    reason: Reason
