"""A person as identity keeps them, and what is said of them. SSN and birth date are not here: they stay sealed."""

from dataclasses import dataclass, replace

from services.identity.domain.names import name_key
from shared.contracts.identity import MailingState, PersonState
from shared.contracts.values import Address, Name
from shared.ids import OrganizationId, PersonId


@dataclass(frozen=True)
class Person:
    """One person's record, at one version."""

    person_id: PersonId
    version: int
    educator_number: str
    name: Name
    former_names: tuple[Name, ...] = ()
    districts: tuple[OrganizationId, ...] = ()
    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    merged_into: PersonId | None = None
    started_by: OrganizationId | None = None

    def state(self) -> PersonState:
        """What every service may know."""
        former = dict.fromkeys(name.last for name in self.former_names if name.last != self.name.last)
        return PersonState(
            person_id=self.person_id,
            educator_number=self.educator_number,
            name=self.name,
            former_last_names=tuple(former),
            districts=self.districts,
            merged_into=self.merged_into,
        )

    def mailing(self) -> MailingState:
        """What printing and correspondence alone may know."""
        return MailingState(
            person_id=self.person_id,
            name=self.name,
            address=self.address,
            email=self.email,
            phone=self.phone,
            language=self.language,
        )

    def renamed(self, name: Name) -> "Person":
        """The person under a new legal name; the old one stays known, so that they are still found by it."""
        former = (*self.former_names, self.name) if name_key(name) != name_key(self.name) else self.former_names
        return replace(self, name=name, former_names=former)


@dataclass(frozen=True)
class Traits:
    """The sealed and marked identifiers of one person, as they are stored."""

    birth_mark: str = ""
    ssn_mark: str = ""
    last_four_mark: str = ""
    sealed_birth_date: bytes | None = None
    sealed_ssn: bytes | None = None


@dataclass(frozen=True)
class Contact:
    """How a person is reached; None leaves a part as it is."""

    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None

    def changes_of(self, person: Person) -> tuple[str, ...]:
        """Which parts differ from what is on file."""
        parts = {"address": self.address, "email": self.email, "phone": self.phone, "language": self.language}
        return tuple(part for part, value in parts.items() if value is not None and value != getattr(person, part))

    def on(self, person: Person) -> Person:
        """The person, reached so from now on."""
        return replace(
            person,
            address=self.address or person.address,
            email=self.email or person.email,
            phone=self.phone or person.phone,
            language=self.language or person.language,
        )
