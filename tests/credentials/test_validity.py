"""Periods: issued, renewed once, undone, extended; and what the public is told on a day."""

from datetime import date
from typing import Any

import pytest

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
from services.credentials.domain.license import Hold, License, Period, Standing, Status
from services.credentials.domain.standing import change, reinstate, revoke, suspend
from services.credentials.domain.validity import (
    end_employment_clock,
    extend,
    extend_validity,
    issue,
    restore,
    undo,
)
from shared.contracts.values import Discipline
from shared.errors import Refused
from shared.policies import OPEN
from tests.credentials.examples import ENDS, FIVE_YEARS, MA, MS, TODAY, ident, professional, renewal, standard

ORDER = Discipline(kind="suspension", on=TODAY, note="Order 12")


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [(date(2011, 10, 14), date(2016, 6, 30)), (date(2012, 6, 30), date(2016, 6, 30))],
)
def test_a_standard_license_is_issued_for_five_license_years(issued_on: date, until: date) -> None:
    issued = issue(standard(), on=issued_on, policy=MS)
    assert [(p.effective_from, p.valid_until, p.earning_from) for p in issued.periods] == [
        (issued_on, until, issued_on)
    ]
    assert not issued.provisional


def test_a_provisional_license_is_issued_as_such_and_stays_so() -> None:
    issued = issue(standard(license_type="provisional"), on=TODAY, policy=MS)
    assert issued.provisional
    assert issued.status_on(TODAY) is Status.PROVISIONAL


def test_a_renewal_adds_five_years_and_opens_the_next_window_on_the_day_of_filing() -> None:
    renewed = extend(standard(), renewal(), on=date(2026, 3, 10), policy=MS)
    assert renewed.periods[0] == FIVE_YEARS
    assert renewed.period == Period(
        date(2026, 7, 1),
        date(2031, 6, 30),
        earning_from=TODAY,
        application_id=ident("application"),
        earned_at=renewal().approved_at,
    )


@pytest.mark.parametrize(
    ("license", "approval", "refusal"),
    [
        (standard(standing=Standing.SUSPENDED), {}, LicenseNotInGoodStanding),
        (standard(standing=Standing.REVOKED), {}, LicenseNotInGoodStanding),
        (standard(hold=Hold("unpaid")), {}, RenewalOnHold),
        (standard(hold=Hold("unpaid", until=date(2026, 3, 10))), {}, RenewalOnHold),
        (standard(provisional=True), {}, LicenseNotRenewable),
        (standard(license_type="provisional"), {}, LicenseNotRenewable),
        (standard(), {"from_valid_until": date(2021, 6, 30)}, PeriodAlreadyRenewed),
        (standard(), {"filed_on": date(2021, 6, 30)}, PeriodNotBegun),
        (standard(), {"filed_on": date(2026, 7, 1)}, LicenseEnded),
    ],
)
def test_an_approval_that_cannot_be_applied_is_refused(
    license: License, approval: dict[str, Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        extend(license, renewal(**approval), on=date(2026, 3, 10), policy=MS)


def test_an_approval_renews_one_period_once() -> None:
    renewed = extend(standard(), renewal(), on=TODAY, policy=MS)
    with pytest.raises(PeriodAlreadyRenewed) as refused:
        extend(renewed, renewal(), on=TODAY, policy=MS)
    assert refused.value.data == {"valid_until": date(2031, 6, 30)}


def test_a_period_that_has_not_begun_cannot_be_renewed_again() -> None:
    renewed = extend(standard(), renewal(), on=TODAY, policy=MS)
    again = renewal(from_valid_until=date(2031, 6, 30), filed_on=date(2026, 6, 30))
    with pytest.raises(PeriodNotBegun, match="from July 1, 2026"):
        extend(renewed, again, on=TODAY, policy=MS)


def test_a_timely_filing_survives_an_expiry_that_overtakes_it() -> None:
    filed_on_the_last_day = renewal(filed_on=ENDS)
    renewed = extend(standard(), filed_on_the_last_day, on=date(2026, 7, 20), policy=MS)
    assert renewed.period.span == (date(2026, 7, 1), date(2031, 6, 30))


def test_a_hold_that_is_over_blocks_nothing() -> None:
    held = standard(hold=Hold("unpaid", until=date(2026, 3, 9)))
    assert extend(held, renewal(), on=date(2026, 3, 10), policy=MS).valid_until == date(2031, 6, 30)


def test_an_ended_professional_license_is_renewed_from_the_decision_on() -> None:
    late = renewal(from_valid_until=date(2026, 3, 9), filed_on=date(2026, 5, 1))
    renewed = extend(professional(), late, on=date(2026, 5, 2), policy=MA)
    assert renewed.period.span == (date(2026, 5, 2), date(2031, 5, 1))


def test_an_undone_renewal_leaves_the_license_as_it_was() -> None:
    renewed = extend(standard(), renewal(), on=TODAY, policy=MS)
    assert undo(renewed, ident("application")) == standard()


@pytest.mark.parametrize("application", [ident("application"), ident("another")])
def test_only_the_last_renewal_is_undone(application: Any) -> None:
    renewed = extend(standard(), renewal(application_id=ident("this")), on=TODAY, policy=MS)
    with pytest.raises(NothingToUndo):
        undo(renewed, application)
    with pytest.raises(NothingToUndo):
        undo(standard(), application)


def test_an_initial_license_is_extended_once() -> None:
    initial = issue(standard(license_type="initial"), on=date(2024, 9, 1), policy=MA)
    assert initial.valid_until == OPEN
    closed = end_employment_clock(initial, date(2029, 6, 30))
    extended = extend_validity(closed, on=date(2029, 6, 1), policy=MA)
    assert extended.period.span == (date(2029, 6, 1), OPEN)
    with pytest.raises(ExtensionNotPossible, match="1 times; it was extended 1 times"):
        extend_validity(extended, on=date(2034, 6, 1), policy=MA)


@pytest.mark.parametrize(
    ("license", "on", "status"),
    [
        (standard(), date(2021, 6, 30), Status.NOT_BEGUN),
        (standard(), date(2021, 7, 1), Status.ACTIVE),
        (standard(), ENDS, Status.ACTIVE),
        (standard(), date(2026, 7, 1), Status.EXPIRED),
        (standard(provisional=True), TODAY, Status.PROVISIONAL),
        (standard(provisional=True), date(2026, 7, 1), Status.EXPIRED),
        (standard(standing=Standing.SUSPENDED), TODAY, Status.SUSPENDED),
        (standard(standing=Standing.SUSPENDED, standing_until=TODAY), TODAY, Status.SUSPENDED),
        (standard(standing=Standing.SUSPENDED, standing_until=TODAY), date(2026, 3, 4), Status.ACTIVE),
        (standard(standing=Standing.REVOKED), date(2026, 7, 1), Status.REVOKED),
        (standard(hold=Hold("private")), TODAY, Status.ACTIVE),
    ],
)
def test_a_status_is_computed_for_the_day_it_is_asked(license: License, on: date, status: Status) -> None:
    assert license.status_on(on) is status


def test_a_suspension_stands_in_public_until_it_is_lifted_and_is_never_forgotten() -> None:
    suspended = suspend(standard(), ORDER)
    assert (suspended.standing, suspended.discipline) == (Standing.SUSPENDED, (ORDER,))
    with pytest.raises(StandingUnchanged):
        suspend(suspended, ORDER)
    lifted = reinstate(suspended)
    assert (lifted.status_on(TODAY), lifted.discipline) == (Status.ACTIVE, (ORDER,))
    with pytest.raises(StandingUnchanged):
        reinstate(lifted)


def test_a_suspended_license_may_be_revoked_once() -> None:
    revoked = revoke(suspend(standard(), ORDER), ORDER)
    assert revoked.standing is Standing.REVOKED
    with pytest.raises(StandingUnchanged):
        revoke(revoked, ORDER)


def test_an_expired_license_comes_back_for_one_year_that_cannot_be_renewed() -> None:
    on = date(2026, 9, 1)
    back = restore(standard(), years=1, on=on, policy=MS, renewable=False)
    assert back.period.span == (on, date(2027, 6, 30))
    assert back.status_on(on) is Status.PROVISIONAL
    assert back.status_on(date(2026, 8, 1)) is Status.EXPIRED
    with pytest.raises(StandingUnchanged):
        restore(standard(), years=5, on=TODAY, policy=MS)


def test_a_change_names_what_really_differs() -> None:
    changed, names = change(standard(), license_class="AA", endorsements=("120",))
    assert (changed.license_class, names) == ("AA", ("license_class",))
