"""Official licenses: the sheet from typst, each piece's text and QR code laid over it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import typst

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
from services.printing.documents.typesetting import LINE_MARGIN, Block, Composed, Field, Line, fields_of, written

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
    composed = _compose([place for placed in places for place in placed], template, dated)
    for piece, placed in zip(pieces, places, strict=True):
        _lay(composed, piece, placed, fields["qr"])
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


@dataclass(frozen=True, slots=True)
class Placed:
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
    place = replace(field, **moved) if moved else field
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


def _compose(places: Sequence[Placed], template: Template, dated: date) -> Composed:
    try:
        return Composed((placed.line for placed in places), template, dated=dated)
    except typst.TypstError:
        if len(places) > 1:  # find the text that it was
            middle = len(places) // 2
            _compose(places[:middle], template, dated)
            _compose(places[middle:], template, dated)
            raise
        raise UnprintableText(places[0].field.name, places[0].line.text) from None


def _lay(composed: Composed, piece: Piece, places: Sequence[Placed], qr: Field) -> None:
    """One page: the sheet, its lines, its code. PDF counts y from below."""
    height = composed.size[1]
    content, forms = [b"/S Do\n"], {"/S": composed.sheet}
    for number, placed in enumerate(places):
        block = composed.blocks[placed.line]
        scale = _scale(block, placed)
        x = placed.field.start(block.width * scale) - LINE_MARGIN * scale
        y = height - placed.field.y - LINE_MARGIN * scale
        content.append(b"q %.4f 0 0 %.4f %.3f %.3f cm /L%d Do Q\n" % (scale, scale, x, y, number))
        forms[f"/L{number}"] = block.form
    content.append(inline_image(piece.address, x=qr.x, y=height - qr.y - qr.height, side=qr.width))
    composed.add_page(b"".join(content), forms)


def _scale(block: Block, placed: Placed) -> float:
    scale = min(1.0, placed.field.width / block.width)
    if placed.field.name == "endorsements":
        scale = min(scale, placed.field.height / ROW_PITCH)
    if scale < SMALLEST:
        raise TextTooLong(placed.field.name, placed.line.text)
    return scale
