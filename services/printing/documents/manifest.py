"""The manifest: which piece is on which page of which file, and the hash of each file.

Whoever prints checks the hashes before the first sheet is used, and reports by the piece ids listed here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from services.printing.documents.model import Piece


@dataclass(frozen=True, slots=True)
class PrintFile:
    """One rendered file and the pieces on its pages, in order."""

    name: str
    sha256: str
    size: int
    pieces: Sequence[Piece] = field(repr=False)

    @classmethod
    def of(cls, name: str, content: bytes, pieces: Sequence[Piece]) -> PrintFile:
        return cls(name, hashlib.sha256(content).hexdigest(), len(content), pieces)


@dataclass(frozen=True, slots=True)
class Listed:
    """A piece's line in the manifest; `page` counts from 1."""

    piece_id: str
    file: str
    page: int
    serial: str
    copy: int
    license_number: str
    mail_to: tuple[str, ...]


def manifest(batch_id: str, files: Sequence[PrintFile]) -> bytes:
    """The manifest as JSON with sorted keys, so that its own hash is settled by what it says."""
    document = {
        "batch_id": batch_id,
        "files": [{"name": f.name, "sha256": f.sha256, "bytes": f.size, "pages": len(f.pieces)} for f in files],
        "pieces": [asdict(line) for f in files for line in _listed(f)],
    }
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _listed(file: PrintFile) -> Iterator[Listed]:
    for page, piece in enumerate(file.pieces, start=1):
        yield Listed(piece.piece_id, file.name, page, piece.serial, piece.copy, piece.license_number, piece.mail_to)
