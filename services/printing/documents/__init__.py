"""Documents on paper and on screen: pure functions from data to PDF/A, the same bytes for the same input."""

from services.printing.documents.certificates import render, unprintable
from services.printing.documents.manifest import PrintFile, manifest
from services.printing.documents.model import (
    MAX_PIECES_IN_FILE,
    DocumentError,
    Piece,
    Template,
    TextTooLong,
    TooManyEndorsements,
    UnprintableText,
    in_files,
)
from services.printing.documents.typesetting import written
from services.printing.documents.unofficial import UnofficialCopy, unofficial_copy

__all__ = [
    "MAX_PIECES_IN_FILE",
    "DocumentError",
    "Piece",
    "PrintFile",
    "Template",
    "TextTooLong",
    "TooManyEndorsements",
    "UnofficialCopy",
    "UnprintableText",
    "in_files",
    "manifest",
    "render",
    "unofficial_copy",
    "unprintable",
    "written",
]
