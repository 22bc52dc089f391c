"""What a person's own data must look like, and which of it they may change by themselves.

Source: domain.md: in Mississippi educators edit name, address and phone; in Massachusetts a legal name changes by
proof. Which it is, is policy data; here it is only read.
"""

import re
from collections.abc import Collection
from datetime import date

from services.identity.domain.errors import (
    AddressLineMissing,
    BirthDateImpossible,
    ChangedByProof,
    EmailMalformed,
    NameMalformed,
    NameMissing,
    PhoneMalformed,
    PostalCodeMalformed,
    StateMalformed,
)
from services.identity.domain.names import words_of
from shared.contracts.values import Address, Name

YOUNGEST, OLDEST = 14, 120  # years; outside of them a birth date is a slip of the pen
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[^@\s.<>,;]+(?:\.[^@\s.<>,;]+)+")
_NO_NAME = re.compile(r"[\d<>{}\x00-\x1f]")


def check_name(name: Name) -> Name:
    """The name without stray spaces, else the error that names the part. One letter is a name; none is not."""
    tidy = Name(
        first=_spaced(name.first), last=_spaced(name.last), middle=_spaced(name.middle), suffix=_spaced(name.suffix)
    )
    for part, words in (("first", tidy.first), ("last", tidy.last)):
        if not words_of(words):
            raise NameMissing(f"name.{part}", part=f"{part} name")
    for part, words in (("first", tidy.first), ("last", tidy.last), ("middle", tidy.middle)):
        if len(words) > 80 or _NO_NAME.search(words):
            raise NameMalformed(f"name.{part}")
    return tidy


def check_birth_date(birth_date: date, *, today: date) -> date:
    """The birth date itself when it can be an educator's, else BirthDateImpossible."""
    if not YOUNGEST <= today.year - birth_date.year <= OLDEST:
        raise BirthDateImpossible
    return birth_date


def check_address(address: Address) -> Address:
    """The address without stray spaces and with its state in capitals, else the error that names the line."""
    tidy = Address(
        line1=_spaced(address.line1),
        line2=_spaced(address.line2),
        city=_spaced(address.city),
        state=address.state.strip().upper(),
        postal_code=address.postal_code.strip(),
    )
    for field, line, part in (("line1", tidy.line1, "street address"), ("city", tidy.city, "city")):
        if not line or len(line) > 100:
            raise AddressLineMissing(f"address.{field}", part=part)
    if not re.fullmatch(r"[A-Z]{2}", tidy.state):
        raise StateMalformed
    if not re.fullmatch(r"\d{5}(-\d{4})?", tidy.postal_code):
        raise PostalCodeMalformed
    return tidy


def check_email(email: str) -> str:
    """The address with its domain in lower case, else EmailMalformed. Only a letter tells if it works."""
    tidy = email.strip()
    if len(tidy) > 254 or not _EMAIL.fullmatch(tidy):
        raise EmailMalformed
    local, _, domain = tidy.rpartition("@")
    return f"{local}@{domain.lower()}"


def check_phone(phone: str) -> str:
    """A North American number as 555-555-0100, anything international as + and its digits; else PhoneMalformed."""
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+") and not digits.startswith("1"):
        if 8 <= len(digits) <= 15:
            return f"+{digits}"
    elif len(digits.removeprefix("1")) == 10:
        national = digits.removeprefix("1")
        return f"{national[:3]}-{national[3:6]}-{national[6:]}"
    raise PhoneMalformed


def check_self_edit(parts: Collection[str], *, editable: Collection[str]) -> None:
    """Pass when the state's policy lets people change all of these by themselves, else ChangedByProof."""
    for part in parts:
        if part not in editable:
            raise ChangedByProof(part, part=part.replace("_", " "))


def _spaced(text: str) -> str:
    return " ".join(text.split())
