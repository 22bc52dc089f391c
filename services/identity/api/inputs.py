"""What people type, as it arrives; the domain checks what it means."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from services.identity.domain.person import Contact
from shared.contracts.values import Address, Name
from shared.ids import OrganizationId
from shared.web.given import Given

Short = Annotated[str, Field(max_length=100)]
Line = Annotated[str, Field(max_length=200)]
Secret = Annotated[str, Field(min_length=1, max_length=512)]
"""Passwords and PINs: bounded, so that nobody hashes a novel; their rules are the policy's."""


class Input(Given):
    """A body: what it does not know is refused by name, so that a slip of the pen is not lost."""

    model_config = ConfigDict(extra="forbid")


class NameInput(Input):
    """A legal name."""

    first: Short
    last: Short
    middle: Short = ""
    suffix: Short = ""

    def value(self) -> Name:
        return Name(first=self.first, last=self.last, middle=self.middle, suffix=self.suffix)


class AddressInput(Input):
    """A mailing address in the United States."""

    line1: Line
    line2: Line = ""
    city: Short
    state: Short
    postal_code: Short

    def value(self) -> Address:
        return Address(**self.model_dump())


class ContactInput(Input):
    """How somebody is reached; what is left out stays as it is."""

    address: AddressInput | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Short | None = None
    language: Annotated[str, Field(pattern="^(en|es)$")] | None = None

    def value(self) -> Contact:
        address = self.address.value() if self.address else None
        return Contact(address=address, email=self.email, phone=self.phone, language=self.language)


class IdentityInput(Input):
    """Who somebody says they are. The SSN is used to match records, and for nothing else."""

    name: NameInput
    birth_date: date
    ssn: Short = Field("", description="Nine digits, where the state asks for all of them")
    ssn_last_four: Short = Field("", description="The last four digits, where the state asks for these")
    license_number: Short = ""


class ProfileInput(IdentityInput):
    """The four pages of a profile: who, contact, work, sign-in."""

    contact: ContactInput = ContactInput()
    district_id: OrganizationId | None = None
    user_id: Short = Field("", description="Empty where user names are assigned")
    password: Secret
    hint_question: Line = ""
    hint_answer: Line = ""
