"""Whom a message names: by educator number, or by license number and last name."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.exchange.domain.errors import (
    EducatorUnknown,
    HolderUnknown,
    LicenseOfAnother,
    LicenseUnknown,
    NameDisagrees,
)
from shared.contracts.agency import AboutPerson
from shared.ids import LicenseId, PersonId

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody a message may name; a merged person is the one who remains, with the last names of both."""

    person_id: PersonId
    last_names: frozenset[str]


@dataclass(frozen=True, slots=True)
class License:
    """A license that a message names; its holder is None until their state has come."""

    license_id: LicenseId
    person_id: PersonId
    holder: Person | None


@dataclass(frozen=True, slots=True)
class Directory:
    """Those whom the messages at hand name, as far as they are known. `remaining` follows merges."""

    by_number: Mapping[str, Person] = field(default_factory=dict)
    by_license: Mapping[str, License] = field(default_factory=dict)
    remaining: Mapping[PersonId, PersonId] = field(default_factory=dict)

    def named(self, message: AboutPerson) -> Person:
        """The person. Raises a `Waiting` while nobody fits, `NameDisagrees` or `LicenseOfAnother` when two do."""
        if not message.educator_number:
            person = self._holder(message.license_number or "")
        elif (found := self.by_number.get(message.educator_number)) is None:
            raise EducatorUnknown(message.educator_number)
        else:
            person = found
            self._check_license(message, person)
        if message.last_name and spoken(message.last_name) not in person.last_names:
            raise NameDisagrees(last_name=message.last_name)
        return person

    def same(self, one: PersonId, other: PersonId) -> bool:
        """Whether two ids are one person, after merges."""
        return self.remaining.get(one, one) == self.remaining.get(other, other)

    def _holder(self, number: str) -> Person:
        license = self.by_license.get(number)
        if license is None:
            raise LicenseUnknown(number)
        if license.holder is None:
            raise HolderUnknown(str(license.person_id))
        return license.holder

    def _check_license(self, message: AboutPerson, person: Person) -> None:
        """A license that is named beside the educator number must be theirs, where it is known."""
        license = self.by_license.get(message.license_number or "")
        if license is not None and license.holder is not None and license.holder.person_id != person.person_id:
            raise LicenseOfAnother(license_number=message.license_number, educator_number=message.educator_number)


def spoken(last_name: str) -> str:
    """A last name as it is compared: without case, accents, hyphens, apostrophes and generational suffixes."""
    bare = re.sub(r"[’'`´.]", "", last_name.casefold())
    letters = (letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    words = _WORD.findall("".join(letters))
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return "".join(words)
