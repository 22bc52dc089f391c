"""What other services ask there and then, before they decide: may this be filed, may this be mailed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.credentials.domain.errors import OptionUnknown
from services.credentials.domain.facts import reason_of
from services.credentials.domain.license import License, Standing
from services.credentials.domain.validity import next_span
from services.credentials.queries.answers import Clearance, Coded, FilingCheck
from services.credentials.queries.development import option_shown, stand
from services.credentials.store import cases, licenses, people
from services.credentials.store.cases import Case
from services.credentials.store.licenses import LicenseUnknown
from shared.contracts.values import Reason
from shared.messaging.work import Work


async def check_filing(
    work: Work, license_id: UUID, person_id: UUID, option: str = "", attested: Sequence[str] = ()
) -> FilingCheck:
    """Whether this person may file for this license now. Raises `LicenseUnknown` when it is not theirs."""
    license = await licenses.get_license(work, license_id)
    holder = await people.get_person(work, person_id)
    if license.person_id not in holder.ids:
        raise LicenseUnknown
    standing = await stand(work, license, holder, attested)
    options = tuple(option_shown(p, standing, work.policy) for p in standing.progress)
    reason = reason_of(standing.obstacle) if standing.obstacle else None
    chosen = next((each for each in options if each.code == option), None)
    if reason is None and chosen is not None:
        reason = chosen.obstacle
    elif reason is None and option:
        reason = reason_of(OptionUnknown(option=option))
    coming = next_span(license, filed_on=work.today, on=work.today, policy=work.policy)
    return FilingCheck(
        allowed=reason is None and (chosen is not None or any(each.can_file for each in options)),
        reason=reason,
        license_id=license.license_id,
        person_id=person_id,
        number=license.number,
        license_type=license.license_type,
        license_class=license.license_class,
        option=Coded(code=chosen.code, name=chosen.name) if chosen else None,
        options=options,
        valid_until=license.valid_until,
        new_valid_until=coming.last,
        policy_version=work.policy.version,
    )


async def clearance(work: Work, license_id: UUID, period_until: date | None) -> Clearance:
    """Whether the paper of the period that ends on that day may be mailed now."""
    license = await licenses.get_license(work, license_id)
    opened = await cases.find_open(work, [license_id])
    reason = _why_not(license, period_until, opened, work.today)
    return Clearance(
        cleared=reason is None,
        reason=reason,
        license_id=license_id,
        status=license.status_on(work.today).value,
        valid_until=license.valid_until,
        version=license.version,
    )


def _why_not(license: License, period_until: date | None, opened: Sequence[Case], today: date) -> Reason | None:
    standing = license.standing_on(today)
    if standing is not Standing.GOOD:
        return Reason(code=f"license-{standing.value}", text=f"This license is {standing.value}.")
    if period_until is not None and license.valid_until != period_until:
        return Reason(code="period-gone", text=f"This license ends {license.valid_until:%B %-d, %Y} now.")
    if license.valid_until < today:
        return Reason(code="license-ended", text=f"This license ended {license.valid_until:%B %-d, %Y}.")
    if any(case.kind == "recall" for case in opened):
        return Reason(code="credit-recalled", text="A credit of this renewal was taken back; an officer decides.")
    return None
