"""How a license gets its periods: issued, renewed, undone, extended, restored. Every function gives a new value."""

from datetime import date
from uuid import UUID

from services.credentials.domain.errors import (
    ExtensionNotPossible,
    LicenseEnded,
    LicenseNotInGoodStanding,
    LicenseNotRenewable,
    NothingToUndo,
    PeriodAlreadyRenewed,
    PeriodNotBegun,
    RenewalOnHold,
    StandingUnchanged,
)
from services.credentials.domain.license import License, Period, Renewal, Standing, Status
from shared.policies import OPEN, Policy, Span


def issue(license: License, *, on: date, policy: Policy) -> License:
    """A new license with the first period of its type's clock."""
    kind = policy.license_type(license.license_type)
    period = Period.of(kind.clock.first_period(on))
    return license._replace(periods=(period,), provisional=kind.provisional)


def check_renewable(license: License, *, on: date, policy: Policy) -> None:
    """Refuses what no filing can overcome: standing, a hold, a license or a type that is not renewed."""
    standing = license.standing_on(on)
    if standing is not Standing.GOOD:
        raise LicenseNotInGoodStanding(standing=standing.value)
    if license.hold is not None and license.hold.blocks(on):
        raise RenewalOnHold()
    if license.provisional or not policy.license_type(license.license_type).renewable:
        raise LicenseNotRenewable(license_type=license.license_type)


def check_period(license: License, *, filed_on: date, policy: Policy) -> None:
    """Refuses a filing before the last period has begun, or after it has ended where the state forbids that."""
    if filed_on < license.period.effective_from:
        raise PeriodNotBegun(effective_from=license.period.effective_from)
    if filed_on > license.valid_until and not policy.renews_late(license.license_type):
        raise LicenseEnded(valid_until=license.valid_until)


def extend(license: License, renewal: Renewal, *, on: date, policy: Policy) -> License:
    """The license with one more period. A timely filing survives an expiry that overtakes it.

    Extending is compare-and-set on `from_valid_until`, so a second approval of the same period is refused.
    """
    check_renewable(license, on=on, policy=policy)
    if license.valid_until != renewal.from_valid_until:
        raise PeriodAlreadyRenewed(valid_until=license.valid_until)
    check_period(license, filed_on=renewal.filed_on, policy=policy)
    first, last = next_span(license, filed_on=renewal.filed_on, on=on, policy=policy)
    period = Period(first, last, renewal.filed_on, renewal.application_id, renewal.approved_at)
    return license._replace(periods=(*license.periods, period))


def next_span(license: License, *, filed_on: date, on: date, policy: Policy) -> Span:
    """The days that a renewal would add: after the last period, or from the decision on if filed after its end."""
    clock = policy.license_type(license.license_type).clock
    if filed_on > license.valid_until:
        return clock.first_period(on)
    return clock.next_period(license.period.span, on)


def undo(license: License, application_id: UUID) -> License:
    """The license without the period that this application earned. Refused if that is not its last one."""
    if len(license.periods) < 2 or license.period.application_id != application_id:
        raise NothingToUndo()
    return license._replace(periods=license.periods[:-1])


def extend_validity(license: License, *, on: date, policy: Policy) -> License:
    """One more period without a renewal, as often as the type allows (Massachusetts: Initial, once)."""
    kind = policy.license_type(license.license_type)
    if license.extensions_used >= kind.extensions:
        raise ExtensionNotPossible(used=license.extensions_used, allowed=kind.extensions)
    if license.standing_on(on) is not Standing.GOOD:
        raise LicenseNotInGoodStanding(standing=license.standing_on(on).value)
    if license.hold is not None and license.hold.blocks(on):
        raise RenewalOnHold()
    period = Period.of(kind.clock.next_period(license.period.span, on))
    return license._replace(periods=(*license.periods, period), extensions_used=license.extensions_used + 1)


def end_employment_clock(license: License, last_day: date) -> License:
    """Closes an open period: the last year of employment under it is used up on that day."""
    if license.valid_until != OPEN:
        raise PeriodAlreadyRenewed(valid_until=license.valid_until)
    return license._replace(periods=(*license.periods[:-1], license.period._replace(valid_until=last_day)))


def restore(license: License, *, years: int, on: date, policy: Policy, renewable: bool = True) -> License:
    """An ended license with a new period of so many years, counted by its type's clock."""
    if license.status_on(on) is not Status.EXPIRED:
        raise StandingUnchanged(standing=license.status_on(on).value)
    clock = policy.license_type(license.license_type).clock.model_copy(update={"years": years})
    period = Period.of(clock.first_period(on))
    return license._replace(periods=(*license.periods, period), provisional=not renewable)
