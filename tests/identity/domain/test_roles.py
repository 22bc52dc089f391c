"""Dated roles, and who may grant them."""

from datetime import date

import pytest

from services.identity.domain.errors import EndsBeforeItBegins, OwnRole, RoleNotHere, RoleNotYoursToGrant
from services.identity.domain.organizations import Organization, OrganizationKind
from services.identity.domain.roles import RULES, Role, RoleGrant, check_grant
from shared.errors import ElmsError
from shared.ids import OrganizationId, PersonId, new_id

TODAY = date(2026, 5, 1)
LAMAR = Organization(OrganizationId(new_id()), OrganizationKind.DISTRICT, "Lamar County", "3700")
PEARL = Organization(OrganizationId(new_id()), OrganizationKind.DISTRICT, "Pearl", "6120")
OFFICE = Organization(OrganizationId(new_id()), OrganizationKind.STATE_OFFICE, "Licensure", "MDE")
SHOP = Organization(OrganizationId(new_id()), OrganizationKind.PRINT_SHOP, "Capitol Press", "SHOP1")
GRANTER, SOMEBODY = PersonId(new_id()), PersonId(new_id())


def grant(
    role: Role,
    at: Organization,
    person: PersonId = SOMEBODY,
    *,
    first: date = TODAY,
    last: date | None = None,
    revoked: bool = False,
) -> RoleGrant:
    return RoleGrant(new_id(), person, role, at.organization_id, first, last, revoked)


@pytest.mark.parametrize(
    ("day", "expected"),
    [(date(2026, 4, 30), False), (TODAY, True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_a_role_is_held_on_its_first_and_on_its_last_day(day: date, expected: bool) -> None:
    assert grant(Role.SUPERINTENDENT, LAMAR, last=date(2026, 6, 30)).holds_on(day) is expected


def test_a_revoked_role_is_held_on_no_day() -> None:
    assert not grant(Role.SUPERINTENDENT, LAMAR, revoked=True).holds_on(TODAY)


DIRECTORY, OFFICER = Role.DIRECTORY_ADMINISTRATOR, Role.LICENSING_OFFICER
PAST = date(2020, 1, 1)


@pytest.mark.parametrize(
    ("held", "held_at", "wanted", "wanted_at", "refusal"),
    [
        (DIRECTORY, LAMAR, Role.SUPERINTENDENT, LAMAR, None),
        (DIRECTORY, LAMAR, Role.PERSONNEL_ADMINISTRATOR, LAMAR, None),
        (DIRECTORY, LAMAR, Role.SUPERINTENDENT, PEARL, RoleNotYoursToGrant),
        (DIRECTORY, LAMAR, DIRECTORY, LAMAR, RoleNotYoursToGrant),
        (DIRECTORY, LAMAR, OFFICER, LAMAR, RoleNotHere),
        (DIRECTORY, LAMAR, OFFICER, OFFICE, RoleNotYoursToGrant),
        (DIRECTORY, LAMAR, Role.DESIGNEE, LAMAR, RoleNotYoursToGrant),
        (DIRECTORY, OFFICE, OFFICER, OFFICE, None),
        (DIRECTORY, SHOP, Role.PRINT_SHOP, SHOP, None),
        (OFFICER, OFFICE, DIRECTORY, PEARL, None),
        (OFFICER, OFFICE, Role.SUPERINTENDENT, PEARL, None),
        (OFFICER, OFFICE, Role.OPERATOR, OFFICE, None),
        (OFFICER, OFFICE, OFFICER, OFFICE, RoleNotYoursToGrant),
        (OFFICER, OFFICE, Role.PRINT_SHOP, LAMAR, RoleNotHere),
        (Role.SUPERINTENDENT, LAMAR, Role.PERSONNEL_ADMINISTRATOR, LAMAR, RoleNotYoursToGrant),
        (Role.OPERATOR, OFFICE, OFFICER, OFFICE, None),
        (Role.LOADER, OFFICE, Role.LOADER, OFFICE, RoleNotYoursToGrant),
    ],
)
def test_each_role_is_granted_only_by_whom_the_table_names(
    held: Role, held_at: Organization, wanted: Role, wanted_at: Organization, refusal: type[ElmsError] | None
) -> None:
    held_by_granter = [grant(held, held_at, GRANTER, first=PAST)]
    wish = grant(wanted, wanted_at)
    if refusal is None:
        assert check_grant(wish, wanted_at, granter=GRANTER, granters=held_by_granter, on=TODAY) is wish
        return
    with pytest.raises(refusal):
        check_grant(wish, wanted_at, granter=GRANTER, granters=held_by_granter, on=TODAY)


def test_nobody_grants_a_role_to_themselves() -> None:
    held = [grant(DIRECTORY, LAMAR, GRANTER)]
    with pytest.raises(OwnRole):
        check_grant(grant(Role.SUPERINTENDENT, LAMAR, GRANTER), LAMAR, granter=GRANTER, granters=held, on=TODAY)


def test_a_role_that_has_ended_grants_nothing() -> None:
    held = [grant(DIRECTORY, LAMAR, GRANTER, first=PAST, last=date(2026, 4, 30))]
    with pytest.raises(RoleNotYoursToGrant):
        check_grant(grant(Role.SUPERINTENDENT, LAMAR), LAMAR, granter=GRANTER, granters=held, on=TODAY)


def test_a_role_of_somebody_else_grants_nothing() -> None:
    held = [grant(DIRECTORY, LAMAR, SOMEBODY)]
    with pytest.raises(RoleNotYoursToGrant):
        check_grant(grant(Role.SUPERINTENDENT, LAMAR), LAMAR, granter=GRANTER, granters=held, on=TODAY)


def test_a_role_cannot_end_before_it_begins() -> None:
    held = [grant(DIRECTORY, LAMAR, GRANTER)]
    with pytest.raises(EndsBeforeItBegins) as caught:
        backwards = grant(Role.SUPERINTENDENT, LAMAR, last=date(2026, 4, 30))
        check_grant(backwards, LAMAR, granter=GRANTER, granters=held, on=TODAY)
    assert caught.value.field == "last_day"


def test_every_role_has_its_rule() -> None:
    assert set(RULES) == set(Role)
