"""Who may approve for which district on which day, and by which authority."""

from datetime import date

import pytest

from services.identity.domain.delegations import (
    Absence,
    Delegation,
    Holder,
    Staffing,
    approving_authority,
    check_delegation,
    days_of,
    queue_holder,
)
from services.identity.domain.errors import (
    DelegationNotYours,
    DelegationOver,
    DelegationToOneself,
    EndsBeforeItBegins,
)
from services.identity.domain.roles import Role, RoleGrant
from shared.errors import ElmsError
from shared.ids import OrganizationId, PersonId, new_id

LAMAR, PEARL, OFFICE = (OrganizationId(new_id()) for _ in range(3))
LEE, DIAZ, ORTIZ, KIM, OFFICER, NOBODY = (PersonId(new_id()) for _ in range(6))
MAY_1, MAY_15, JUNE_30, JULY_1 = date(2026, 5, 1), date(2026, 5, 15), date(2026, 6, 30), date(2026, 7, 1)
APRIL_30 = date(2026, 4, 30)


def role(person: PersonId, role: Role, at: OrganizationId = LAMAR, last: date | None = JUNE_30) -> RoleGrant:
    return RoleGrant(new_id(), person, role, at, date(2025, 7, 1), last)


def delegation(to: PersonId, first: date = MAY_1, last: date = MAY_15, **more: bool) -> Delegation:
    return Delegation(new_id(), LAMAR, LEE, to, first, last, **more)


STAFF = Staffing(
    LAMAR,
    grants=[
        role(LEE, Role.SUPERINTENDENT),
        role(DIAZ, Role.PERSONNEL_ADMINISTRATOR),
        role(OFFICER, Role.LICENSING_OFFICER, OFFICE, last=None),
        role(NOBODY, Role.SUPERINTENDENT, PEARL),
        role(NOBODY, Role.DIRECTORY_ADMINISTRATOR),
    ],
    delegations=[delegation(ORTIZ), delegation(KIM, absence_cover=True)],
    absences=[Absence(LEE, date(2026, 5, 4), date(2026, 5, 8))],
)
LEE_AWAY, LEE_BACK = date(2026, 5, 6), date(2026, 5, 11)


@pytest.mark.parametrize(
    ("person", "day", "expected"),
    [
        (LEE, MAY_1, Role.SUPERINTENDENT),
        (LEE, JUNE_30, Role.SUPERINTENDENT),
        (LEE, JULY_1, None),
        (DIAZ, MAY_1, Role.PERSONNEL_ADMINISTRATOR),
        (ORTIZ, APRIL_30, None),
        (ORTIZ, MAY_1, Role.DESIGNEE),
        (ORTIZ, MAY_15, Role.DESIGNEE),
        (ORTIZ, date(2026, 5, 16), None),
        (KIM, LEE_AWAY, Role.DESIGNEE),
        (KIM, LEE_BACK, None),
        (OFFICER, JULY_1, Role.LICENSING_OFFICER),
        (NOBODY, MAY_1, None),
    ],
)
def test_authority_is_by_role_or_delegation_in_their_days(person: PersonId, day: date, expected: Role | None) -> None:
    authority = approving_authority(person, STAFF, on=day)
    assert (authority.role if authority else None) is expected


def test_a_designees_authority_says_who_named_them() -> None:
    authority = approving_authority(ORTIZ, STAFF, on=MAY_1)
    assert authority is not None
    assert (authority.named_by, authority.delegation_id) == (LEE, STAFF.delegations[0].delegation_id)


@pytest.mark.parametrize("person", [LEE, DIAZ, ORTIZ, OFFICER])
def test_nobody_approves_their_own(person: PersonId) -> None:
    assert approving_authority(person, STAFF, on=MAY_1) is not None
    assert approving_authority(person, STAFF, on=MAY_1, applicant_id=person) is None


def test_a_delegation_ends_with_its_superintendents_office() -> None:
    replaced = Staffing(LAMAR, [role(DIAZ, Role.SUPERINTENDENT)], [delegation(ORTIZ)])
    assert approving_authority(ORTIZ, replaced, on=MAY_1) is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (delegation(ORTIZ), [(MAY_1, MAY_15)]),
        (delegation(ORTIZ, JUNE_30, date(2026, 8, 1)), [(JUNE_30, JUNE_30)]),
        (delegation(KIM, absence_cover=True), [(date(2026, 5, 4), date(2026, 5, 8))]),
        (delegation(KIM, date(2026, 5, 7), MAY_15, absence_cover=True), [(date(2026, 5, 7), date(2026, 5, 8))]),
        (delegation(ORTIZ, JULY_1, JULY_1), []),
    ],
)
def test_a_delegations_days_end_with_its_superintendents_and_cover_only_absence(
    given: Delegation, expected: list[tuple[date, date]]
) -> None:
    assert days_of(given, STAFF) == expected


@pytest.mark.parametrize("person", [LEE, DIAZ, ORTIZ])
def test_where_districts_approve_nothing_only_the_state_does(person: PersonId) -> None:
    assert approving_authority(person, STAFF, on=MAY_1, district_roles=()) is None
    assert approving_authority(OFFICER, STAFF, on=MAY_1, district_roles=()) is not None


def test_a_revoked_delegation_gives_nothing() -> None:
    revoked = Staffing(LAMAR, STAFF.grants, [delegation(ORTIZ, revoked=True)])
    assert approving_authority(ORTIZ, revoked, on=MAY_1) is None


@pytest.mark.parametrize(
    ("staff", "day", "expected"),
    [
        (STAFF, MAY_1, Holder(LEE, Role.SUPERINTENDENT)),
        (STAFF, LEE_AWAY, Holder(LEE, Role.SUPERINTENDENT, covered_by=ORTIZ)),
        (Staffing(LAMAR, STAFF.grants, [], STAFF.absences), LEE_AWAY, Holder(LEE, Role.SUPERINTENDENT, DIAZ)),
        (Staffing(LAMAR, [role(LEE, Role.SUPERINTENDENT)], [], STAFF.absences), LEE_AWAY, None),
        (
            Staffing(LAMAR, [role(DIAZ, Role.PERSONNEL_ADMINISTRATOR)]),
            MAY_1,
            Holder(DIAZ, Role.PERSONNEL_ADMINISTRATOR),
        ),
        (
            Staffing(LAMAR, [role(LEE, Role.SUPERINTENDENT), role(KIM, Role.SUPERINTENDENT)], [], STAFF.absences),
            LEE_AWAY,
            Holder(LEE, Role.SUPERINTENDENT, covered_by=KIM),
        ),
        (STAFF, JULY_1, None),
        (Staffing(LAMAR), MAY_1, None),
    ],
)
def test_every_queue_names_its_holder_and_who_covers(staff: Staffing, day: date, expected: Holder | None) -> None:
    assert queue_holder(staff, on=day) == expected


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (delegation(ORTIZ), None),
        (delegation(ORTIZ, MAY_15, MAY_1), EndsBeforeItBegins),
        (delegation(ORTIZ, date(2026, 4, 1), APRIL_30), DelegationOver),
        (delegation(LEE), DelegationToOneself),
        (Delegation(new_id(), LAMAR, ORTIZ, KIM, MAY_1, MAY_15), DelegationNotYours),
        (Delegation(new_id(), LAMAR, DIAZ, KIM, MAY_1, MAY_15), DelegationNotYours),
    ],
)
def test_only_the_superintendent_names_designees(wish: Delegation, refusal: type[ElmsError] | None) -> None:
    if refusal is None:
        assert check_delegation(wish, STAFF, on=MAY_1) is wish
        return
    with pytest.raises(refusal):
        check_delegation(wish, STAFF, on=MAY_1)
