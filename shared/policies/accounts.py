"""A state's rules of accounts: names, passwords, what people may change by themselves, and what the public sees."""

from typing import Literal

from pydantic import Field

from shared.policies.base import Table, Words


class UserNames(Table):
    """Whether people choose their user name, and what pages call it."""

    policy: Literal["chosen", "assigned"]
    label: Words
    pattern: Words
    case_sensitive: bool = True


class Passwords(Table):
    """OWASP ASVS 5 is the floor: 8 or more, 64 and more accepted, no composition rules, no forced rotation."""

    minimum: int = Field(8, ge=8)
    maximum: int = Field(128, ge=64)
    may_be_reused: bool = False
    hint_question: bool = False
    pin_minutes: int = Field(20, ge=1, le=60)


class Profiles(Table):
    """What a profile is matched by and what its person may change without asking."""

    educator_number: Words = Field(description="What the state calls the number of an educator")
    educator_number_prefix: str = ""
    match_by: tuple[Literal["name", "birth_date", "ssn", "ssn_last_four", "license_number"], ...]
    edits: tuple[Literal["name", "address", "phone", "email"], ...]
    name_change: Literal["self", "proof"]
    portal: str = Field("", description="The state's own sign-in portal (OpenID Connect), if it has one")


class Accounts(Table):
    """All rules of accounts."""

    user_names: UserNames
    passwords: Passwords
    profiles: Profiles


class LookUp(Table):
    """The limits of the public look-up."""

    most_results: int = Field(250, ge=1)
    fewest_letters: int = Field(2, ge=1)
