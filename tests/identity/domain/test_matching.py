"""The four outcomes of creating a profile, as a table."""

from dataclasses import replace

import pytest

from services.identity.domain.matching import (
    Claim,
    ExactMatch,
    KnownPerson,
    NewProfile,
    Outcome,
    PartialMatch,
    PreCreated,
    Trait,
    match,
)
from shared.contracts.values import Name
from shared.ids import OrganizationId, PersonId, new_id

ROSA = Name(first="Rosa", last="García-López")
ROSA_MARRIED = Name(first="Rosa", last="Miller")
DISTRICT, OTHER_DISTRICT = OrganizationId(new_id()), OrganizationId(new_id())
P1, P2 = PersonId(new_id()), PersonId(new_id())

MASSACHUSETTS = (Trait.NAME, Trait.BIRTH_DATE, Trait.SSN)
MISSISSIPPI = (Trait.LICENSE, Trait.BIRTH_DATE, Trait.SSN_LAST_FOUR)

CLAIM = Claim(ROSA, birth_mark="b1", ssn_mark="s1", last_four_mark="f1", district_id=DISTRICT)
ON_FILE = KnownPerson(P1, [ROSA], birth_mark="b1", ssn_mark="s1", last_four_mark="f1", has_account=True)
ROSTERED = KnownPerson(P1, [ROSA], birth_mark="b1", started_by=DISTRICT)


def partial(*differing: Trait, people: tuple[PersonId, ...] = (P1,)) -> PartialMatch:
    return PartialMatch(tuple(sorted(people)), tuple(sorted(differing)))


@pytest.mark.parametrize(
    ("on_file", "expected"),
    [
        # nobody alike
        ([], NewProfile()),
        ([KnownPerson(P1, [ROSA], birth_mark="b2", ssn_mark="s2", last_four_mark="f2")], NewProfile()),
        ([KnownPerson(P1, [ROSA_MARRIED], birth_mark="b1", ssn_mark="s2", last_four_mark="f2")], NewProfile()),
        # everything agrees
        ([ON_FILE], ExactMatch(P1)),
        ([replace(ON_FILE, has_account=False)], PreCreated(P1)),
        ([replace(ON_FILE, names=[ROSA_MARRIED, ROSA])], ExactMatch(P1)),
        ([replace(ON_FILE, names=[Name(first="ROSA", last="GARCIA LOPEZ")])], ExactMatch(P1)),
        ([replace(ON_FILE, has_account=False, holds_roles=True)], PreCreated(P1)),
        # the SSN agrees and something else does not
        ([replace(ON_FILE, names=[ROSA_MARRIED])], partial(Trait.NAME)),
        ([replace(ON_FILE, birth_mark="b2")], partial(Trait.BIRTH_DATE)),
        # name and birthday agree, the SSN does not
        ([replace(ON_FILE, ssn_mark="s2", last_four_mark="f2")], partial(Trait.SSN, Trait.SSN_LAST_FOUR)),
        # a record that a district started, without an SSN
        ([ROSTERED], PreCreated(P1)),
        ([replace(ROSTERED, started_by=OTHER_DISTRICT)], partial()),
        ([replace(ROSTERED, holds_roles=True)], partial()),
        ([replace(ROSTERED, has_account=True)], partial()),
        # two records
        ([ON_FILE, replace(ON_FILE, person_id=P2)], partial(people=(P1, P2))),
        ([ON_FILE, KnownPerson(P2, [ROSA], "b1", "s2", "f2")], ExactMatch(P1)),
        ([ON_FILE, replace(ROSTERED, person_id=P2)], partial(people=(P1, P2))),
    ],
)
def test_a_profile_has_one_of_four_outcomes(on_file: list[KnownPerson], expected: Outcome) -> None:
    assert match(CLAIM, on_file, by=MASSACHUSETTS) == expected


MS_CLAIM = Claim(ROSA, birth_mark="b1", last_four_mark="f1", license_number="123456")
MS_FILE = KnownPerson(P1, [ROSA], "b1", "s1", "f1", license_numbers=frozenset({"123456"}))


@pytest.mark.parametrize(
    ("claim", "on_file", "expected"),
    [
        (MS_CLAIM, MS_FILE, PreCreated(P1)),
        (MS_CLAIM, replace(MS_FILE, has_account=True), ExactMatch(P1)),
        (MS_CLAIM, replace(MS_FILE, license_numbers=frozenset()), PreCreated(P1)),
        (replace(MS_CLAIM, license_number=""), MS_FILE, partial()),
        (replace(MS_CLAIM, license_number="999999"), MS_FILE, partial(Trait.LICENSE)),
        (replace(MS_CLAIM, last_four_mark="f2"), MS_FILE, partial(Trait.SSN_LAST_FOUR)),
        (replace(MS_CLAIM, name=ROSA_MARRIED), MS_FILE, partial(Trait.NAME)),
        (replace(MS_CLAIM, birth_mark="b2"), MS_FILE, partial(Trait.BIRTH_DATE)),
        (replace(MS_CLAIM, birth_mark="b2", license_number="", name=ROSA_MARRIED), MS_FILE, NewProfile()),
    ],
)
def test_mississippi_matches_by_license_birthday_and_last_four(
    claim: Claim, on_file: KnownPerson, expected: Outcome
) -> None:
    assert match(claim, [on_file], by=MISSISSIPPI) == expected


def test_nothing_given_equals_nothing_on_file() -> None:
    empty = Claim(Name(first="A", last="B"), birth_mark="")
    assert match(empty, [KnownPerson(P1, [Name(first="A", last="B")])], by=MASSACHUSETTS) == NewProfile()
