"""A profile as somebody creates it: who they say they are, how they are reached, how they will sign in."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.identity.domain.numbers import check_last_four, check_ssn
from services.identity.domain.people import check_address, check_birth_date, check_email, check_name, check_phone
from services.identity.domain.person import Contact
from shared.contracts.values import Address, Name
from shared.errors import Invalid
from shared.ids import OrganizationId, PersonId


@dataclass(frozen=True)
class SignIn:
    """How somebody will sign in; of secrets only their hashes. An assigned user name is empty here."""

    user_name: str
    password_hash: str
    hint_question: str = ""
    hint_hash: str | None = None


@dataclass(frozen=True)
class Profile:
    """What a person says of themselves. `ssn` has nine digits or none; `last_four` is there without it, too."""

    name: Name
    birth_date: date
    ssn: str = ""
    last_four: str = ""
    license_number: str = ""
    contact: Contact = field(default_factory=Contact)
    district_id: OrganizationId | None = None

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "Profile":
        """The profile that was written as JSON."""
        contact = plain["contact"]
        address = Address(**contact.pop("address")) if contact["address"] else None
        return cls(
            **{key: plain[key] for key in ("ssn", "last_four", "license_number")},
            name=Name(**plain["name"]),
            birth_date=date.fromisoformat(plain["birth_date"]),
            contact=Contact(**{"address": address, **contact}),
            district_id=OrganizationId(UUID(plain["district_id"])) if plain["district_id"] else None,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """Words that their password must not be built on."""
        return (self.name.first, self.name.last, self.contact.email or "")


@dataclass(frozen=True)
class Referral:
    """Whom a claimant calls about their case."""

    name: str
    organization: str
    phone: str


@dataclass(frozen=True)
class Created:
    """What came of creating a profile; only what its outcome may show is filled in."""

    outcome: Literal["new", "pre_created", "partial", "exact"]
    person_id: PersonId | None = None
    educator_number: str | None = None
    user_name: str | None = None
    case: str | None = None
    referral: Referral | None = None


def check_profile(profile: Profile, *, match_by: tuple[str, ...], today: date) -> Profile:
    """The profile, tidied; else the error that names the field. The state's policy says which identifiers it needs."""
    ssn = check_ssn(profile.ssn) if profile.ssn else ""
    if "ssn" in match_by and not ssn:
        raise Invalid("ssn", problem="Enter your Social Security number. It is used to match records, nothing else.")
    last_four = ssn[-4:] or (check_last_four(profile.last_four) if profile.last_four else "")
    if "ssn_last_four" in match_by and not last_four:
        raise Invalid("ssn_last_four", problem="Enter the last four digits of your Social Security number.")
    return Profile(
        name=check_name(profile.name),
        birth_date=check_birth_date(profile.birth_date, today=today),
        ssn=ssn,
        last_four=last_four,
        license_number=profile.license_number.strip(),
        contact=check_contact(profile.contact),
        district_id=profile.district_id,
    )


def check_contact(contact: Contact) -> Contact:
    """The contact data, tidied; else the error that names the field. What is None stays so."""
    return Contact(
        address=check_address(contact.address) if contact.address else None,
        email=check_email(contact.email) if contact.email else None,
        phone=check_phone(contact.phone) if contact.phone else None,
        language=contact.language,
    )
