"""What is printed: the piece, the sheet it stands on, and why one of them cannot be printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

MAX_ENDORSEMENTS = 18
"""What the sheet holds legibly: three columns of six."""

NOT_LETTERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories of Unicode that stand on no paper: controls, formats, halves and gaps of the code, breaks of the line."""

MAX_PIECES_IN_FILE = 500
"""A file of the batch holds no more licenses, so that a spoiled file costs little to send again."""


class DocumentError(ValueError):
    """Some text cannot be set as an official document. Base of the errors below."""


class UnprintableText(DocumentError):
    """The face has no letter for this text, or the text holds a control character or a break."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text!r} holds a character that cannot be printed")
        self.field, self.text = field, text


class TextTooLong(DocumentError):
    """The text would have to shrink below what can be read."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text!r} is too long for the document")
        self.field, self.text = field, text


class TooManyEndorsements(DocumentError):
    """More endorsements than one sheet holds."""

    def __init__(self, count: int) -> None:
        super().__init__(f"endorsements: {count} do not fit on one sheet, which holds {MAX_ENDORSEMENTS}")
        self.field, self.count = "endorsements", count


@dataclass(frozen=True, slots=True)
class Piece:
    """One sheet of paper: a license as it stood when the batch was cut.

    `serial` numbers the document and is never used twice; `copy` counts the documents of one license and period;
    `mail_to` are the lines on the envelope: in the manifest, not on the sheet.
    """

    piece_id: str
    name: str
    license_number: str
    license_class: str
    endorsements: tuple[str, ...]
    valid_from: date
    valid_until: date
    issued_on: date
    serial: str
    copy: int
    address: str
    mail_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field, text in self.texts():
            if not text.strip() or any(unicodedata.category(c) in NOT_LETTERS for c in text):
                raise UnprintableText(field, text)
        if len(self.endorsements) > MAX_ENDORSEMENTS:
            raise TooManyEndorsements(len(self.endorsements))

    def texts(self) -> Iterator[tuple[str, str]]:
        """(field, text) of everything that is printed as it is given."""
        yield "name", self.name
        yield "license_number", self.license_number
        yield "license_class", self.license_class
        yield "serial", self.serial
        yield "address", self.address
        for endorsement in self.endorsements:
            yield "endorsements", endorsement


@dataclass(frozen=True, slots=True)
class Template:
    """What is the same on every sheet of one state: words and inks, all of it the state's own data.

    `seal` runs round the seal and should end with a separator; inks are `#rrggbb`;
    `signature` is an SVG drawing, or nothing where the paper is signed by hand.
    """

    state: str
    agency: str
    office: str
    title: str
    preamble: str
    statement: str
    seal: str
    verify_heading: str
    verify: str
    signatory: str
    signatory_title: str
    ink: str = "#16263f"
    accent: str = "#8a6a2f"
    signature: str = ""
    language: str = "en"

    def words(self) -> dict[str, str]:
        """Every field by the name the design file reads it under."""
        return {field.name.replace("_", "-"): getattr(self, field.name) for field in fields(self)}


def in_files(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """The pieces in files of at most `MAX_PIECES_IN_FILE`, in their order."""
    for start in range(0, len(pieces), MAX_PIECES_IN_FILE):
        yield pieces[start : start + MAX_PIECES_IN_FILE]
