"""Official licenses: the sheet from typst, each piece's text and QR code laid over it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from services.printing.documents.composing import Composed
from services.printing.documents.galley import Block, Galley, Line, Unsettable, set_galley
from services.printing.documents.model import (
    MAX_ENDORSEMENTS,
    MAX_PIECES_IN_FILE,
    DocumentError,
    Piece,
    Template,
    TextTooLong,
    UnprintableText,
)
from services.printing.documents.qr import inline_image
from services.printing.documents.typesetting import Field, fields_of, sheet_of, written

SMALLEST = 0.4
"""Text shrinks to fit its place, but not below this share of its designed size."""

LONG_NAME = 40
"""Characters over which a name is set in two lines."""

ROW_PITCH = 15.0
"""Points from one endorsement's baseline to the next; where rows must stand closer, letters shrink with them."""

GUTTER = 14.0

COLUMNS_OF_ENDORSEMENTS = ((4, 1, 1.0), (10, 2, 0.72), (MAX_ENDORSEMENTS, 3, 1.0))
"""(up to how many, columns, share of the field's width that they take)"""


def render(pieces: Sequence[Piece], template: Template) -> bytes:
    """One PDF/A-2b file with a page for each piece, in their order; the same bytes for the same pieces.

    Raises DocumentError naming the field for what cannot be printed, ValueError for no pieces or over 500.
    """
    if not 1 <= len(pieces) <= MAX_PIECES_IN_FILE:
        raise ValueError(f"a file holds 1 to {MAX_PIECES_IN_FILE} pieces, not {len(pieces)}")
    fields = fields_of(template)
    places = [list(_places(piece, fields)) for piece in pieces]
    dated = max(piece.issued_on for piece in pieces)
    galley = _set([place for placed in places for place in placed], template, dated)
    composed = Composed(galley, sheet_of(template))
    height = composed.size[1]
    for piece, placed in zip(pieces, places, strict=True):
        laid = b"".join(_laid(placed, galley.blocks, height))
        composed.add_page(laid + _code(piece, fields["qr"], height))
    return composed.finished()


def unprintable(pieces: Sequence[Piece], template: Template) -> dict[str, DocumentError]:
    """The pieces that cannot be printed and why, by piece id; they must be held, the others can go."""
    try:
        render(pieces, template)
    except DocumentError as error:
        if len(pieces) == 1:
            return {pieces[0].piece_id: error}
        middle = len(pieces) // 2
        return unprintable(pieces[:middle], template) | unprintable(pieces[middle:], template)
    return {}


# ---- what stands where ---------------------------------------------------------------------------


class Placed(NamedTuple):
    """A line and where it may stand: its field narrowed to the column and row it is in."""

    line: Line
    field: Field


def _places(piece: Piece, fields: Mapping[str, Field]) -> Iterator[Placed]:
    yield from _name(piece, fields["name"])
    yield from _endorsements(piece.endorsements, fields["endorsements"])
    for name, text in (
        ("license_class", piece.license_class),
        ("license_number", piece.license_number),
        ("valid_from", written(piece.valid_from)),
        ("valid_until", written(piece.valid_until)),
        ("issued_on", written(piece.issued_on)),
        ("serial", piece.serial),
        ("copy", f"Copy {piece.copy}"),
        ("address", piece.address.removeprefix("https://")),
    ):
        yield _placed(fields[name], text)


def _placed(field: Field, text: str, **moved: Any) -> Placed:
    place = field._replace(**moved) if moved else field
    return Placed(Line(place.face, unicodedata.normalize("NFC", text)), place)


def _name(piece: Piece, field: Field) -> Iterator[Placed]:
    if len(piece.name) <= LONG_NAME:
        yield _placed(field, piece.name)
        return
    *above, last = _two_lines(piece.name)
    for text in above:
        yield _placed(field, text, face="long-name", y=field.y - field.height)
    yield _placed(field, last, face="long-name")


def _two_lines(name: str) -> list[str]:
    """The name broken at the space nearest to its middle, if it has one."""
    spaces = [at for at, letter in enumerate(name) if letter == " "]
    if not spaces:
        return [name]
    middle = min(spaces, key=lambda at: abs(at - len(name) / 2))
    return [name[:middle], name[middle + 1 :]]


def _endorsements(endorsements: Sequence[str], field: Field) -> Iterator[Placed]:
    """Down the columns, as few of them as hold all; rows no further apart than the face needs."""
    if not endorsements:
        return
    columns, share = next(how for most, *how in COLUMNS_OF_ENDORSEMENTS if len(endorsements) <= most)
    rows = -(-len(endorsements) // columns)
    pitch = min(ROW_PITCH, field.height / rows)
    span = field.width * share
    left = field.x + (field.width - span) / 2
    width = (span - GUTTER * (columns - 1)) / columns
    for index, text in enumerate(endorsements):
        column, row = divmod(index, rows)
        x, y = left + column * (width + GUTTER), field.y + (row + 0.75) * pitch
        yield _placed(field, text, x=x, y=y, width=width, height=pitch)


# ---- laying --------------------------------------------------------------------------------------


def _set(places: Sequence[Placed], template: Template, dated: date) -> Galley:
    try:
        return set_galley((placed.line for placed in places), template, dated=dated)
    except Unsettable:
        if len(places) > 1:  # find the text that it was
            middle = len(places) // 2
            _set(places[:middle], template, dated)
            _set(places[middle:], template, dated)
            raise
        raise UnprintableText(places[0].field.name, places[0].line.text) from None


def _laid(places: Sequence[Placed], blocks: Mapping[Line, Block], height: float) -> Iterator[bytes]:
    """PDF operators that draw the lines at their places. PDF counts y from below."""
    for line, field in places:
        block = blocks[line]
        scale = _scale(block.width, line, field)
        x, y = field.start(block.width * scale), height - field.y
        yield b"q %.4f 0 0 %.4f %.3f %.3f cm\n%bQ\n" % (scale, scale, x, y, block.operators)


def _scale(width: float, line: Line, field: Field) -> float:
    scale = field.width / width if width > field.width else 1.0
    if field.name == "endorsements":
        scale = min(scale, field.height / ROW_PITCH)
    if scale < SMALLEST:
        raise TextTooLong(field.name, line.text)
    return scale


def _code(piece: Piece, field: Field, height: float) -> bytes:
    return inline_image(piece.address, x=field.x, y=height - field.y - field.height, side=field.width)
