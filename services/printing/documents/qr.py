"""The QR code on every document: it leads to the license's public page, which shows its standing now.

With version, level and mask fixed, every module of a code is a sum modulo 2 of bits of its text. So the encoder
is asked once for each bit of each place, and every further code is those answers XORed together: some fifty times
faster, and the same to the last module (a test compares them).
"""

from __future__ import annotations

from functools import lru_cache

import segno

from services.printing.documents.model import TextTooLong

VERSION = 5
"""37 modules a side; with correction level M it holds an address of 84 bytes."""

CAPACITY = 84
MASK = 2
"""Any mask can be read; trying all eight, as encoders do by default, only makes a code prettier."""

SIDE = VERSION * 4 + 17
ROW = (SIDE + 7) // 8
"""Bytes in a row of the image."""


def qr_image(address: str) -> bytes:
    """The code as a one-bit image: `SIDE` rows of `ROW` bytes, 0 = dark.

    Raises TextTooLong for an address over `CAPACITY` bytes.
    """
    text = checked(address)
    image = _blank(len(text))
    for place, byte in enumerate(text):
        image ^= _share(len(text), place, byte)
    return image.to_bytes(SIDE * ROW)


def checked(address: str) -> bytes:
    """The address as bytes. Raises TextTooLong where the code cannot hold it."""
    text = address.encode()
    if len(text) > CAPACITY:
        raise TextTooLong("address", address)
    return text


def inline_image(address: str, *, x: float, y: float, side: float) -> bytes:
    """PDF operators that paint the code with its lower left corner at (x, y), `side` points wide."""
    place = b"q 0 g %.3f 0 0 %.3f %.3f %.3f cm " % (side, side, x, y)
    return place + b"BI /W %d /H %d /IM true /BPC 1 ID %b\nEI Q\n" % (SIDE, SIDE, qr_image(address))


@lru_cache(maxsize=CAPACITY)
def _blank(length: int) -> int:
    """The image of so many zero bytes."""
    return encoded(bytes(length))


@lru_cache(maxsize=1 << 16)
def _share(length: int, place: int, byte: int) -> int:
    """What this byte at this place changes in the image of zeros."""
    rest = byte & (byte - 1)
    if rest:
        return _share(length, place, rest) ^ _share(length, place, byte ^ rest)
    text = bytearray(length)
    text[place] = byte
    return encoded(bytes(text)) ^ _blank(length) if byte else 0


def encoded(text: bytes) -> int:
    """The encoder's own answer, as one number: the image's bits, row after row, 0 = dark."""
    code = segno.make(text, version=VERSION, error="m", mask=MASK, mode="byte", boost_error=False)
    image = 0
    for row in code.matrix:
        bits = int(row.translate(_DIGITS), 2) << (ROW * 8 - SIDE)
        image = image << (ROW * 8) | (bits ^ ((1 << ROW * 8) - 1))
    return image


_DIGITS = bytes.maketrans(b"\x00\x01", b"01")
