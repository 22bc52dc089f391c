"""Examples of applications and of those who decide about them."""

from datetime import UTC, date, datetime
from typing import Any

from services.renewals.domain.application import Application, Claim, Decider, Reserved
from services.renewals.domain.states import State
from shared.contracts.values import Authority
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId, ReservationId, new_id
from shared.policies import load

POLICY = load("mississippi")
NOW = datetime(2026, 3, 4, 20, 10, tzinfo=UTC)  # 2:10 p.m. in Mississippi
RANKIN, HINDS, OFFICE = (OrganizationId(new_id()) for _ in range(3))
EDUCATOR, LEE, ORTIZ, PARK, VANCE = (PersonId(new_id()) for _ in range(5))
LEE_DECIDES = Authority(person_id=LEE, name="Dana Lee", role="superintendent", organization_id=RANKIN)
ORTIZ_DECIDES = Authority(person_id=ORTIZ, name="Rosa Ortiz", role="designee", organization_id=RANKIN)
PARK_DECIDES = Authority(person_id=PARK, name="Jin Park", role="superintendent", organization_id=HINDS)
VANCE_DECIDES = Authority(person_id=VANCE, name="Ada Vance", role="licensing_officer", organization_id=OFFICE)

WAITING = Application(
    application_id=ApplicationId(new_id()),
    version=7,
    state=State.WAITING,
    reference="R-2026-04417",
    kind="renewal",
    person_id=EDUCATOR,
    license_id=LicenseId(new_id()),
    option="A-CEU",
    filed_at=NOW,
    district_id=RANKIN,
    to_state=False,
    due_on=date(2026, 3, 19),
    reserved=Reserved(ReservationId(new_id()), date(2026, 6, 30), date(2031, 6, 30), "ms-1"),
)
CLAIMED_BY_ORTIZ = Claim(ORTIZ, "Rosa Ortiz", NOW)
CLAIMED_BY_LEE = Claim(LEE, "Dana Lee", NOW)


def waiting(**changed: Any) -> Application:
    """A waiting application, but for what is changed."""
    return WAITING._replace(**changed)


def decider(by: Authority = LEE_DECIDES, version: int | None = None, at: datetime = NOW) -> Decider:
    """Somebody who decides now."""
    return Decider(by, {by.person_id}, at, POLICY, lambda version: version + 1, version)
