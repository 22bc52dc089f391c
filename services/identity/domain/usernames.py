"""User names: chosen by the educator (Mississippi) or assigned for good (Massachusetts).

Source: domain.md; the form is policy data. They are case-sensitive at sign-in, and unique regardless of case, so
that nobody is mistaken for another.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from services.identity.domain.errors import UserNameLooksLikeSsn, UserNameMalformed, UserNameReserved
from services.identity.domain.names import normalised, normalised_surname
from shared.contracts.values import Name
from shared.policies.accounts import UserNames

_SSN_LIKE = re.compile(r"\d{9}|\d{3}-\d{2}-\d{4}")
_RESERVED = frozenset({"admin", "administrator", "support", "security", "system", "operator", "root", "anonymous"})


def check_chosen(user_name: str, rules: UserNames) -> str:
    """The user name itself when the policy allows it, else the rule it breaks. Whether it is taken is not asked."""
    if not re.fullmatch(rules.pattern, user_name):
        raise UserNameMalformed(**_form_in_words(rules.pattern))
    if _SSN_LIKE.fullmatch(user_name):
        raise UserNameLooksLikeSsn
    if user_name.casefold() in _RESERVED:
        raise UserNameReserved(user_name=user_name)
    return user_name


def _form_in_words(pattern: str) -> dict[str, Any]:
    """What a pattern asks for, found by trying it: people read lengths and symbols, not expressions."""
    lengths = [length for length in range(1, 129) if re.fullmatch(pattern, "a" * length)]
    inside = [symbol for symbol in "._-@" if re.fullmatch(pattern, symbol.join("aaaaaa"))]
    symbols = f", or {' '.join(inside)}" if inside else ""
    return {"shortest": lengths[0], "longest": lengths[-1], "symbols": symbols}


def uniqueness_key(user_name: str) -> str:
    """What must be unique among accounts: the user name regardless of case."""
    return user_name.casefold()


def numbered_candidates(user_name: str, numbers: Sequence[int]) -> Iterator[str]:
    """The user name with a number behind it, where it was taken while its owner waited."""
    return (f"{user_name}{number:03d}" for number in numbers)


def assigned_candidates(name: Name, numbers: Sequence[int]) -> Iterator[str]:
    """User names to try, in order, one for each number: an initial, eight letters of the surname, four digits.

    The caller gives random numbers: consecutive ones would tell how many people bear the name.
    """
    stem = (normalised(name.first)[:1] + normalised_surname(name.last)[:8]) or "user"
    return (f"{stem}{number:04d}" for number in numbers)
