"""What a password must be.

Source: OWASP ASVS 5.0, 6.2 (8 characters or more, 64 and more accepted, checked against common passwords and
words of the context, taken exactly as typed, no composition rules, no forced change); ELAR (a password used
in the past is refused).
"""

import re
from collections.abc import Iterable

from services.identity.domain.common_words import COMMON_WORDS
from services.identity.domain.errors import PasswordAboutYou, PasswordCommon, PasswordTooLong, PasswordTooShort
from services.identity.domain.names import words_of
from shared.policies.accounts import Passwords

MOST_DECORATION = 6  # digits and symbols around a word; more of them are a secret of their own
_LOOK_ALIKES = str.maketrans("013457$@!|", "oleastsail")
_SEQUENCES = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
)
_ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)


def check(password: str, *, about: Iterable[str] = (), rules: Passwords) -> str:
    """The password itself when it may be used, else the rule it breaks.

    `about` holds the words of its context: the user name, the person's names, their district. Whether it was
    used before is asked of the hashes on file, because only they know.
    """
    if len(password) < rules.minimum:
        raise PasswordTooShort(minimum=rules.minimum)
    if len(password) > rules.maximum:
        raise PasswordTooLong(maximum=rules.maximum)
    if is_common(password):
        raise PasswordCommon
    if is_about(password, about):
        raise PasswordAboutYou
    return password


def is_common(password: str) -> bool:
    """Whether it is a common word or sequence, or two of them, dressed up with digits, symbols and look-alikes."""
    lowered = password.casefold()
    bare = _undecorated(lowered)
    cores = {lowered, lowered.translate(_LOOK_ALIKES)}
    if len(lowered) - len(bare) <= MOST_DECORATION:
        cores |= {bare, bare.translate(_LOOK_ALIKES), _undecorated(lowered.translate(_LOOK_ALIKES))}
    return _is_monotonous(lowered) or any(_is_weak_core(core) for core in cores if core)


def is_about(password: str, about: Iterable[str]) -> bool:
    """Whether what remains, once the words of the context are taken out, is too little to be a secret."""
    known = sorted({word for text in about for word in words_of(text) if len(word) > 3}, key=len, reverse=True)
    return any(_is_built_on(known, spelling) for spelling in (password, password.translate(_LOOK_ALIKES)))


def _is_built_on(known: Iterable[str], spelling: str) -> bool:
    rest = "".join(words_of(spelling))
    found = False
    for word in known:
        found = found or word in rest
        rest = rest.replace(word, "")
    return found and len(rest) < 4


def _undecorated(text: str) -> str:
    """Without the digits and symbols before and after: "dragon2024!" is "dragon"."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)


def _is_weak_core(core: str) -> bool:
    letters = re.sub(r"[\W_]", "", core)
    if not letters or letters in COMMON_WORDS or _is_walk(letters):
        return True
    return any(letters[:cut] in COMMON_WORDS and letters[cut:] in COMMON_WORDS for cut in range(2, len(letters) - 1))


def _is_walk(text: str) -> bool:
    """Whether it runs along the alphabet, the digits or the keyboard."""
    return any(text in line for line in _SEQUENCES) or any(text in row or text[::-1] in row for row in _ROWS)


def _is_monotonous(text: str) -> bool:
    """Whether one short piece, repeated, is all there is ("abababab").

    Or only digits that form a date or a run.
    """
    repeated = re.fullmatch(r"(.{1,4}?)\1+.?", text) is not None
    return repeated or len(set(text)) < 4 or (text.isdigit() and len(text) <= 10)
