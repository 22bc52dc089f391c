"""How a name is searched: the keys it is found under, and the ways to read what somebody typed."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple, Self
from zlib import crc32

from rapidfuzz.distance import OSA

from shared.contracts.identity import PersonState
from shared.errors import Invalid, Refused

# Letters that Unicode does not take apart into a base and an accent.
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
_WORD = re.compile(r"[^\W\d_]+")
_MOST_WORDS = 5
_ABOVE = "\U0010ffff"  # sorts after every letter
_LEAST = "\x01"  # sorts before every letter
_HALF = 1 << 31  # PostgreSQL's integers have a sign
_BEGINNING = 10  # letters: two are left out of them in 45 ways
_SHORTEST = 2  # letters: names of three may be a slip apart
LONGEST_QUERY = 100
MOST_SIMILAR = 8


class TooFewLetters(Refused):
    """A search that would list a good part of all licenses. Raise with `fewest`."""

    text = "Enter at least {fewest} letters of the last name, or the whole license number."
    field = "q"


class NameKey(NamedTuple):
    """A name as it is searched: lower case, without accents, hyphens or spaces. In a query, both are beginnings."""

    last: str
    first: str


class KeyRange(NamedTuple):
    """The keys from the lower to below the upper bound, of last and first names: what an index can walk."""

    last: tuple[str, str]
    first: tuple[str, str]

    @classmethod
    def beginning(cls, key: NameKey) -> Self:
        """Every key that begins as this one."""
        return cls((key.last, key.last + _ABOVE), (key.first, key.first + _ABOVE))

    @classmethod
    def called(cls, last: str, first: str) -> Self:
        """Every key of exactly that last name, whose first name begins so."""
        return cls((last, last + _LEAST), (first, first + _ABOVE))


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


# ---- misspelt names ---------------------------------------------------------------------------------


def slips_of(surname: str) -> list[int]:
    """What is left of a surname's beginning without one of its letters, without two, and the whole of it, as numbers.

    Two names that are at most two slips apart have one of these in common (the symmetric deletion of SymSpell), so
    that an index finds them. What has one in common need not be near, and different texts may have the same number:
    `closest` tells.
    """
    begin = surname[:_BEGINNING]
    left = {"".join(some) for few in range(3) for some in combinations(begin, max(len(begin) - few, 0))}
    return [crc32(text.encode()) - _HALF for text in left if len(text) >= _SHORTEST]


def closest(typed: str, known: Sequence[str]) -> tuple[str, ...]:
    """Those of the known surnames that are a slip or two away from what was typed, the nearest first.

    A slip is a letter left out, added, mistaken or swapped with its neighbour (optimal string alignment).
    """
    allowed = 1 if len(typed) < 5 else 2
    distances = sorted((OSA.distance(typed, surname), surname) for surname in known)
    return tuple(surname for distance, surname in distances if distance <= allowed)[:MOST_SIMILAR]


# ---- numbers ----------------------------------------------------------------------------------------


def number_key(number: str) -> str:
    """A license number as it is compared: capitals and digits alone."""
    capitals = number.upper()
    return capitals if capitals.isalnum() else "".join(filter(str.isalnum, capitals))


def is_number(query: str) -> bool:
    """Whether a query can only mean a license number: no name has a digit."""
    return any(character.isdigit() for character in query)


def checked_query(query: str) -> str:
    """The query, trimmed. Raises `Invalid`."""
    trimmed = " ".join(query.replace("\x00", "").split())
    if len(trimmed) > LONGEST_QUERY:
        raise Invalid("q", problem=f"Enter at most {LONGEST_QUERY} characters.")
    return trimmed
