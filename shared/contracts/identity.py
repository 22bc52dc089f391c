"""What identity says: who people and organizations are. Never an SSN or a birth date."""

from shared.contracts.base import Fact, State
from shared.contracts.topics import IDENTITY, MAILING, ORGANIZATIONS, PEOPLE
from shared.contracts.values import Address, Grant, Name
from shared.ids import OrganizationId, PersonId


class PersonState(State, topic=PEOPLE, key="person_id"):
    """A person as identity knows them; a merged one points at the person who remains."""

    person_id: PersonId
    educator_number: str
    name: Name
    former_last_names: tuple[str, ...] = ()
    districts: tuple[OrganizationId, ...] = ()
    merged_into: PersonId | None = None


class MailingState(State, topic=MAILING, key="person_id"):
    """Where to reach a person. Printing and correspondence alone may read it."""

    person_id: PersonId
    name: Name
    address: Address | None = None
    email: str | None = None
    phone: str | None = None
    language: str = "en"


class OrganizationState(State, topic=ORGANIZATIONS, key="organization_id"):
    """A district or office, and who acts for it on which days."""

    organization_id: OrganizationId
    code: str
    name: str
    kind: str  # district · state_office · agency
    schools: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    place: str = ""
    hours: str = ""
    phone: str = ""


class PersonRegistered(Fact, topic=IDENTITY, key="person_id"):
    """A person has an account from now on; the license number is one they named, if any."""

    person_id: PersonId
    educator_number: str
    license_number: str | None = None


class ContactChanged(Fact, topic=IDENTITY, key="person_id"):
    """Address, e-mail or phone changed; the values are in the mailing state."""

    person_id: PersonId
    changed: tuple[str, ...]


class NameChanged(Fact, topic=IDENTITY, key="person_id"):
    """The legal name changed."""

    person_id: PersonId
    before: Name
    after: Name


class PeopleMerged(Fact, topic=IDENTITY, key="person_id"):
    """Two records were one person: `person_id` lives on in `merged_into`."""

    person_id: PersonId
    merged_into: PersonId


class PeopleUnmerged(Fact, topic=IDENTITY, key="person_id"):
    """A merge was wrong and is taken back."""

    person_id: PersonId
    was_merged_into: PersonId
