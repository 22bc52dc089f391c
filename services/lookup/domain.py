"""What the public is told, and how a name is searched: decisions on values."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.contracts.identity import PersonState
from shared.contracts.values import Period
from shared.errors import Invalid, Refused

# Letters that Unicode does not take apart into a base and an accent.
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5
LONGEST_QUERY = 100


class TooFewLetters(Refused):
    """A search that would list a good part of all licenses. Raise with `fewest`."""

    text = "Enter at least {fewest} letters of the last name, or the whole license number."
    field = "q"


class Status(StrEnum):
    """What the public is told of a license on a day."""

    ACTIVE = "active"
    PROVISIONAL = "provisional"
    NOT_BEGUN = "not_begun"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


def status_on(
    day: date, periods: Sequence[Period], standing: str, standing_until: date | None, provisional: bool
) -> Status:
    """The status on a day, from periods and standing: nobody is valid on 1 July because a sweep was late.

    A suspension with a last day is over on the day after. A standing that is unknown here is told as suspended:
    a reader must not call valid what it does not understand.
    """
    over = standing == Status.SUSPENDED and standing_until is not None and day > standing_until
    if standing != "good" and not over:
        return Status.REVOKED if standing == Status.REVOKED else Status.SUSPENDED
    if periods and day < periods[0].effective_from:
        return Status.NOT_BEGUN
    if not any(period.effective_from <= day <= period.valid_until for period in periods):
        return Status.EXPIRED
    return Status.PROVISIONAL if provisional else Status.ACTIVE


# ---- names ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameKey:
    """A name as it is searched: lower case, without accents, hyphens or spaces. In a query, both are beginnings."""

    last: str
    first: str


def name_keys(person: PersonState) -> frozenset[NameKey]:
    """Every key under which a person is found.

    Under the last name and each former one, as a whole and from each of its later words: García López is found
    under L too.
    """
    first = "".join(words_of(f"{person.name.first} {person.name.middle}"))
    found = set()
    for last in (person.name.last, *person.former_last_names):
        words = _surname_words(last)
        found |= {NameKey("".join(words[place:]), first) for place in range(len(words))}
    return frozenset(found)


def read_as_name(query: str, fewest: int) -> tuple[NameKey, ...]:
    """The ways to read a query as a name: “Lopez”, “Lopez, Maria”, “Maria Lopez”, “de la Cruz”.

    Raises `TooFewLetters` where no way has `fewest` letters of a last name.
    """
    last, comma, first = query.partition(",")
    if comma:
        ways = [NameKey("".join(_surname_words(last)), "".join(words_of(first)))]
    else:
        ways = list(_splits(words_of(query)[:_MOST_WORDS]))
    ways = [way for way in ways if len(way.last) >= fewest]
    if not ways:
        raise TooFewLetters(fewest=fewest)
    return tuple(dict.fromkeys(ways))


def _splits(words: list[str]) -> Iterable[NameKey]:
    yield NameKey("".join(words), "")
    for place in range(1, len(words)):
        before, after = "".join(words[:place]), "".join(words[place:])
        yield NameKey(after, before)
        yield NameKey(before, after)


def words_of(name: str) -> list[str]:
    """The bare words of a name: lower case, without accents or apostrophes."""
    joined = re.sub(r"[’'`´.]", "", name.casefold())
    decomposed = unicodedata.normalize("NFKD", joined.translate(_UNDECOMPOSED))
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def _surname_words(name: str) -> list[str]:
    words = words_of(name)
    while len(words) > 1 and words[-1] in _GENERATIONS:
        words.pop()
    return words


# ---- numbers ----------------------------------------------------------------------------------------


def number_key(number: str) -> str:
    """A license number as it is compared: capitals and digits alone."""
    return "".join(character for character in number.upper() if character.isalnum())


def is_number(query: str) -> bool:
    """Whether a query can only mean a license number: no name has a digit."""
    return any(character.isdigit() for character in query)


def checked_query(query: str) -> str:
    """The query, trimmed. Raises `Invalid`."""
    trimmed = " ".join(query.split())
    if len(trimmed) > LONGEST_QUERY:
        raise Invalid("q", problem=f"Enter at most {LONGEST_QUERY} characters.")
    return trimmed
