"""What renewals says: applications from filing to completion."""

from datetime import date

from pydantic import AwareDatetime

from shared.contracts.base import Fact
from shared.contracts.topics import RENEWALS
from shared.contracts.values import Authority, Period, Reason
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId, ReservationId


class ApplicationFiled(Fact, topic=RENEWALS, key="application_id"):
    """An educator filed; credentials says whether it is earned. `attested` are proofs that are not credits."""

    application_id: ApplicationId
    reference: str
    kind: str  # renewal
    person_id: PersonId
    license_id: LicenseId
    option: str
    district_id: OrganizationId | None
    filed_at: AwareDatetime
    attested: tuple[str, ...] = ()


class RenewalApproved(Fact, topic=RENEWALS, key="application_id"):
    """An approver said yes to a renewal; credentials extends the license."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    from_valid_until: date  # the end of the period that is renewed: extending is compare-and-set on it
    reservation_id: ReservationId  # the credits that earned it
    filed_at: AwareDatetime  # a timely filing survives an expiry that overtakes it
    approved_at: AwareDatetime
    approved_by: Authority
    policy_version: str


class RenewalReversed(Fact, topic=RENEWALS, key="application_id"):
    """An approval is undone, before its piece is cut."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    reason: str
    reversed_by: Authority


class ApplicationReturned(Fact, topic=RENEWALS, key="application_id"):
    """Sent back to the educator with what to fix; its credits are free again."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    reason: Reason
    returned_by: Authority | None = None


class ApplicationDenied(Fact, topic=RENEWALS, key="application_id"):
    """An approver said no, with the reason; its credits are free again."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    reason: Reason
    denied_by: Authority


class ApplicationWithdrawn(Fact, topic=RENEWALS, key="application_id"):
    """The educator took it back; its credits are free again."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId


class ApplicationCompleted(Fact, topic=RENEWALS, key="application_id"):
    """The license is renewed: nothing is left to decide."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    period: Period


class ApplicationBlocked(Fact, topic=RENEWALS, key="application_id"):
    """Approved, but the license could not be extended: an officer must look at it."""

    application_id: ApplicationId
    license_id: LicenseId
    person_id: PersonId
    reason: Reason
