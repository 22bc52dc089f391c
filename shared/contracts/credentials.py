"""What credentials says: licenses, their periods and standing, and the credits that earn them."""

from datetime import date, datetime

from shared.contracts.base import Fact, State
from shared.contracts.topics import CREDITS, LICENSE_STATES, LICENSES
from shared.contracts.values import CreditAmount, Discipline, Original, Period, PeriodEarned, Reason
from shared.ids import ApplicationId, CreditId, LicenseId, PersonId, ReceiptId, ReservationId


class LicenseState(State, topic=LICENSE_STATES, key="license_id"):
    """A license as it now stands. `public_id` is its unguessable address, the QR code's target.

    The holder's name is the person's (`PersonState`). Status is not here: it is computed from the periods, the
    standing and the day on which somebody asks.
    """

    license_id: LicenseId
    public_id: str
    number: str
    person_id: PersonId
    license_class: str
    license_type: str
    endorsements: tuple[str, ...]
    periods: tuple[PeriodEarned, ...]
    standing: str  # good · suspended · revoked
    standing_until: date | None = None  # a suspension's last day, where it has one
    provisional: bool = False
    discipline: tuple[Discipline, ...] = ()


class LicenseIssued(Fact, topic=LICENSES, key="license_id"):
    """A new license was issued."""

    license_id: LicenseId
    person_id: PersonId
    number: str
    period: Period
    application_id: ApplicationId | None = None


class LicenseRenewed(Fact, topic=LICENSES, key="license_id"):
    """A license was extended by one period: printing queues its paper, renewals completes the application."""

    license_id: LicenseId
    person_id: PersonId
    number: str
    application_id: ApplicationId
    reservation_id: ReservationId
    previous_until: date
    period: Period
    approved_at: datetime
    policy_version: str


class RenewalRefused(Fact, topic=LICENSES, key="license_id"):
    """An approved renewal could not be applied, with the reason; the license is unchanged."""

    license_id: LicenseId
    person_id: PersonId
    application_id: ApplicationId
    reason: Reason
    number: str = ""


class RenewalUndone(Fact, topic=LICENSES, key="license_id"):
    """A reversed renewal's period was taken back."""

    license_id: LicenseId
    person_id: PersonId
    application_id: ApplicationId
    period: Period
    back_to: date
    number: str = ""


class LicenseChanged(Fact, topic=LICENSES, key="license_id"):
    """Class, type, endorsements or holder changed."""

    license_id: LicenseId
    person_id: PersonId
    changed: tuple[str, ...]
    number: str = ""


class LicenseExpired(Fact, topic=LICENSES, key="license_id"):
    """The last period of a license ended."""

    license_id: LicenseId
    person_id: PersonId
    valid_until: date
    number: str = ""


class LicenseSuspended(Fact, topic=LICENSES, key="license_id"):
    """A license must not be used for now: its unmailed paper stops."""

    license_id: LicenseId
    person_id: PersonId
    on: date
    until: date | None = None
    note: str = ""
    number: str = ""


class LicenseRevoked(Fact, topic=LICENSES, key="license_id"):
    """A license was taken away: its unmailed paper stops."""

    license_id: LicenseId
    person_id: PersonId
    on: date
    note: str = ""
    number: str = ""


class LicenseReinstated(Fact, topic=LICENSES, key="license_id"):
    """A suspended, revoked or expired license stands again."""

    license_id: LicenseId
    person_id: PersonId
    on: date
    note: str = ""
    number: str = ""


class CreditRecorded(Fact, topic=CREDITS, key="person_id"):
    """A credit counts toward a period of a license (None: kept, but counts toward none yet)."""

    person_id: PersonId
    credit_id: CreditId
    amount: CreditAmount
    title: str
    source: str  # educator, or the agency's name
    receipt_id: ReceiptId | None = None
    license_id: LicenseId | None = None
    counts_toward: Period | None = None


class CreditRefused(Fact, topic=CREDITS, key="person_id"):
    """A loaded credit cannot count, with the reason."""

    person_id: PersonId
    credit_id: CreditId
    reason: Reason
    receipt_id: ReceiptId | None = None


class CreditRecalled(Fact, topic=CREDITS, key="person_id"):
    """A credit was taken back by who gave it. `application_id` names the open or approved application it was in."""

    person_id: PersonId
    credit_id: CreditId
    reason: str
    receipt_id: ReceiptId | None = None
    license_id: LicenseId | None = None
    application_id: ApplicationId | None = None


class CreditsReserved(Fact, topic=CREDITS, key="person_id"):
    """A filing is earned: these credits are set aside for it, under one option."""

    person_id: PersonId
    application_id: ApplicationId
    license_id: LicenseId
    reservation_id: ReservationId
    option: str
    totals: tuple[CreditAmount, ...]
    originals: tuple[Original, ...]
    from_valid_until: date
    new_valid_until: date
    policy_version: str


class FilingRefused(Fact, topic=CREDITS, key="person_id"):
    """A filing is not earned, or the license cannot be renewed: nothing was reserved."""

    person_id: PersonId
    application_id: ApplicationId
    license_id: LicenseId
    reason: Reason
