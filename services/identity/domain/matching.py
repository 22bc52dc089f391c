"""Profile matching: is the person who creates a profile already known?

Source: ELAR, "Create a Profile" (four things can happen); domain.md. Birth date and Social Security number
are compared as keyed hashes ("marks"), so this rule never sees either.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.identity.domain.names import same_name
from shared.contracts.values import Name
from shared.ids import OrganizationId, PersonId


class Trait(StrEnum):
    """What two records of a person are compared by."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    SSN = "ssn"
    SSN_LAST_FOUR = "ssn_last_four"
    LICENSE = "license_number"


@dataclass(frozen=True)
class Claim:
    """What somebody who creates a profile says of themselves.

    Marks are keyed hashes, empty where nothing was given.
    """

    name: Name
    birth_mark: str
    ssn_mark: str = ""
    last_four_mark: str = ""
    license_number: str = ""
    district_id: OrganizationId | None = None


@dataclass(frozen=True)
class KnownPerson:
    """What is on file about one person who might be the claimant."""

    person_id: PersonId
    names: Sequence[Name]
    birth_mark: str = ""
    ssn_mark: str = ""
    last_four_mark: str = ""
    license_numbers: frozenset[str] = frozenset()
    has_account: bool = False
    holds_roles: bool = False
    started_by: OrganizationId | None = None


@dataclass(frozen=True)
class NewProfile:
    """Nobody on file resembles the claimant."""


@dataclass(frozen=True)
class PreCreated:
    """A district or the agency made this profile; the claimant completes its set-up."""

    person_id: PersonId


@dataclass(frozen=True)
class ExactMatch:
    """The claimant has an account already; name, birth date and SSN all match."""

    person_id: PersonId


@dataclass(frozen=True)
class PartialMatch:
    """The records resemble each other and disagree.

    A person decides. Which field differs is never shown to the claimant.
    """

    person_ids: tuple[PersonId, ...]
    differing: tuple[Trait, ...]


Outcome = NewProfile | PreCreated | ExactMatch | PartialMatch

# Any of these sets makes two records resemble each other; the rest then decides between match and conflict.
RESEMBLING: tuple[frozenset[Trait], ...] = (
    frozenset({Trait.SSN}),
    frozenset({Trait.LICENSE}),
    frozenset({Trait.NAME, Trait.BIRTH_DATE}),
    frozenset({Trait.NAME, Trait.SSN_LAST_FOUR}),
    frozenset({Trait.BIRTH_DATE, Trait.SSN_LAST_FOUR}),
)


@dataclass(frozen=True)
class Comparison:
    """How a claim compares with one person; a trait that either side lacks neither agrees nor differs."""

    person: KnownPerson
    agreeing: frozenset[Trait]
    differing: frozenset[Trait]

    @property
    def resembles(self) -> bool:
        """Whether enough agrees to suspect one and the same person."""
        return any(traits <= self.agreeing for traits in RESEMBLING)

    def is_full(self, by: Collection[Trait]) -> bool:
        """Whether name, birth date and SSN agree, as does all that the state matches `by` and that is on file."""
        needed = {Trait.NAME, Trait.BIRTH_DATE} | ({*by} & _traits_of(self.person))
        has_ssn = bool(self.agreeing & {Trait.SSN, Trait.SSN_LAST_FOUR})
        return has_ssn and needed <= self.agreeing and not self.differing


def compare(claim: Claim, person: KnownPerson) -> Comparison:
    """Compare trait by trait; a former name of the person on file agrees as well as the present one."""
    verdicts = {
        Trait.NAME: any(same_name(claim.name, name) for name in person.names) if person.names else None,
        Trait.BIRTH_DATE: _equal(claim.birth_mark, person.birth_mark),
        Trait.SSN: _equal(claim.ssn_mark, person.ssn_mark),
        Trait.SSN_LAST_FOUR: _equal(claim.last_four_mark, person.last_four_mark),
        Trait.LICENSE: claim.license_number in person.license_numbers
        if claim.license_number and person.license_numbers
        else None,
    }
    return Comparison(
        person,
        agreeing=frozenset(trait for trait, verdict in verdicts.items() if verdict is True),
        differing=frozenset(trait for trait, verdict in verdicts.items() if verdict is False),
    )


def match(claim: Claim, candidates: Iterable[KnownPerson], *, by: Collection[Trait]) -> Outcome:
    """One of the four outcomes, under a state's policy of what it matches `by`.

    Doubt always becomes a partial match: an account is never given on a guess.
    """
    similar = [result for person in candidates if (result := compare(claim, person)).resembles]
    if not similar:
        return NewProfile()
    full = [result for result in similar if result.is_full(by)]
    others = [result for result in similar if result not in full]
    if len(full) == 1 and all(_is_other_person(result) for result in others):
        person = full[0].person
        return ExactMatch(person.person_id) if person.has_account else PreCreated(person.person_id)
    if len(similar) == 1 and _may_complete(claim, similar[0]):
        return PreCreated(similar[0].person.person_id)
    return _partial(similar)


def _may_complete(claim: Claim, result: Comparison) -> bool:
    """A record without an SSN may be completed by who knows name, birth date and which district started it.

    Never where the record already holds a role: a superintendent's account is not given for a birthday.
    """
    person = result.person
    if person.has_account or person.holds_roles or result.differing or person.ssn_mark or person.last_four_mark:
        return False
    knows_origin = person.started_by is not None and person.started_by == claim.district_id
    return {Trait.NAME, Trait.BIRTH_DATE} <= result.agreeing and (knows_origin or Trait.LICENSE in result.agreeing)


def _is_other_person(result: Comparison) -> bool:
    """Two people may share a name and a birthday; if their SSNs differ and no license binds them, they are two."""
    ssn_differs = bool(result.differing & {Trait.SSN, Trait.SSN_LAST_FOUR})
    return ssn_differs and not result.agreeing & {Trait.SSN, Trait.LICENSE}


def _partial(results: Sequence[Comparison]) -> PartialMatch:
    return PartialMatch(
        person_ids=tuple(sorted(result.person.person_id for result in results)),
        differing=tuple(sorted({trait for result in results for trait in result.differing})),
    )


def _traits_of(person: KnownPerson) -> set[Trait]:
    on_file = {
        Trait.SSN: person.ssn_mark,
        Trait.SSN_LAST_FOUR: person.last_four_mark,
        Trait.LICENSE: person.license_numbers,
    }
    return {trait for trait, value in on_file.items() if value}


def _equal(given: str, on_file: str) -> bool | None:
    return given == on_file if given and on_file else None
