"""Names of people, and when two spellings are one name.

A roster, a transcript and the person themselves write one name in many ways: "GARCÍA-LÓPEZ", "Garcia Lopez",
"García López, Jr.". For matching they are one; for a license the person's own spelling stands.
"""

import re
import unicodedata

from shared.contracts.values import Name

# Letters that Unicode does not take apart into a base and an accent; apostrophes and full stops join what they part.
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_TRANSLATED = str.maketrans(_LETTERS | dict.fromkeys("’'`´.", ""))
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "v"})
_WORD = re.compile(r"[^\W\d_]+")


def words_of(name: str) -> list[str]:
    """The bare words of a name: lower case, without accents, hyphens or apostrophes."""
    plain = name.casefold().translate(_TRANSLATED)
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def normalised(name: str) -> str:
    """The name as it is compared: "O'Brien-Núñez" and "OBRIEN NUNEZ" are both "obriennunez"."""
    return "".join(words_of(name))


def normalised_surname(name: str) -> str:
    """The surname as it is compared: a generational suffix after it (Jr., III) does not tell people apart."""
    words = words_of(name)
    while len(words) > 1 and words[-1] in _SUFFIXES:
        words.pop()
    return "".join(words)


def name_key(name: Name) -> str:
    """What two spellings of one first and last name have in common; it finds candidates in an index."""
    return f"{normalised_surname(name.last)} {normalised(name.first)}"


def same_name(one: Name, other: Name) -> bool:
    """Whether two spellings can be one person's: first and last names agree, the middle ones contradict nothing."""
    return name_key(one) == name_key(other) and _middles_agree(normalised(one.middle), normalised(other.middle))


def _middles_agree(one: str, other: str) -> bool:
    """An absent middle name contradicts nothing, and an initial only another letter."""
    if not one or not other:
        return True
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return one == other
