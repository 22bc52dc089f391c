"""Numbers that name people: educator numbers given here, and the checks of Social Security numbers.

An educator number is seven digits drawn at random and one check digit, so that a slip of the pen never names
somebody else, and the number tells nothing about when a person came.
"""

import re

from services.identity.domain.errors import LastFourMalformed, SsnMalformed, SsnNeverIssued

EDUCATOR_NUMBERS = 9_000_000  # from 1000000 to 9999999 before the check digit

# Damm's quasigroup: finds every single wrong digit and every swap of neighbours (H. M. Damm, 2004).
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def educator_number(draw: int, *, prefix: str = "") -> str:
    """The educator number for a random draw of 0 ≤ draw < EDUCATOR_NUMBERS."""
    if not 0 <= draw < EDUCATOR_NUMBERS:
        raise ValueError(f"a draw is from 0 to {EDUCATOR_NUMBERS - 1}, not {draw}")
    stem = str(1_000_000 + draw)
    return f"{prefix}{stem}{_interim(stem)}"


def is_educator_number(text: str, *, prefix: str = "") -> bool:
    """Whether the text is the prefix and eight digits whose check digit fits."""
    digits = text.removeprefix(prefix)
    return text.startswith(prefix) and re.fullmatch(r"[1-9]\d{7}", digits) is not None and _interim(digits) == 0


def check_ssn(text: str) -> str:
    """The nine digits of a Social Security number, else the error.

    Source: Social Security Administration: area 000, 666 and 900–999, group 00 and serial 0000 are never issued.
    """
    digits = re.sub(r"[\s-]", "", text)
    if re.fullmatch(r"\d{9}", digits) is None:
        raise SsnMalformed
    if digits[:3] in ("000", "666") or digits[0] == "9" or digits[3:5] == "00" or digits[5:] == "0000":
        raise SsnNeverIssued
    return digits


def check_last_four(text: str) -> str:
    """The last four digits of a Social Security number, else LastFourMalformed."""
    digits = text.strip()
    if re.fullmatch(r"\d{4}", digits) is None or digits == "0000":
        raise LastFourMalformed
    return digits


def _interim(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
