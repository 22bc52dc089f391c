"""The galley: typst shapes every distinct line of a file once, with kerning, accents and embedded faces.

The lines stand on one long page, one below the other, and are taken from its content as PDF operators. So the
typographic work is typst's, and a line costs its letters alone: no page, no font, no object of its own.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pikepdf
import typst

from services.printing.documents.model import Template
from services.printing.documents.typesetting import compiled

PITCH = 100.0
"""Points from one line's baseline to the next, and round them all."""

REACH = 30.0
"""Points that an accent may stand off its baseline; one that stands higher could be taken for a neighbour's."""

_RUN = re.compile(rb"q 1 0 0 -1 (\S+) (\S+) cm(.+?ET\n)Q", re.DOTALL)
"""Letters that typst drew in one go, from a point on; where direction or an accent asks for it, a line has several."""

_ZERO = rb"\000"
"""How typst writes a glyph's upper byte; written as itself it takes less time to compress. (After an escaped backslash,
a lower byte, no digit follows but another glyph's upper byte, which is never so high.)"""


class Unsettable(Exception):
    """Among the texts is one with a letter that its face lacks, one without any ink, or one that is no line."""


class Line(NamedTuple):
    """Text in one face; shaped once per file, however often it stands there."""

    face: str
    text: str


class Block(NamedTuple):
    """A shaped line: PDF operators that draw it from the origin on, and its width in points."""

    operators: bytes
    width: float


class _Run(NamedTuple):
    x: float
    y: float
    drawn: bytes


@dataclass(frozen=True, slots=True)
class Galley:
    """The file that typst made, and the lines taken from its only page."""

    pdf: pikepdf.Pdf
    blocks: Mapping[Line, Block]

    @property
    def resources(self) -> pikepdf.Object:
        """The faces and inks that the blocks name."""
        return self.pdf.pages[0].obj.Resources


def set_galley(lines: Iterable[Line], template: Template, *, dated: date) -> Galley:
    """Sets each distinct line once. Raises Unsettable."""
    faces: dict[str, dict[str, None]] = defaultdict(dict)
    for face, text in lines:
        faces[face][text] = None
    data = {"template": template.words(), "pitch": PITCH, "faces": {face: list(texts) for face, texts in faces.items()}}
    try:
        source = compiled("galley.typ", data, dated=dated, standards=["a-2b"], tagged=False)
    except typst.TypstError as error:
        raise Unsettable from error
    pdf = pikepdf.open(io.BytesIO(source))
    wanted = [Line(face, text) for face, texts in faces.items() for text in texts]
    found = _blocks(pdf.pages[0].obj)
    if found.keys() != set(range(len(wanted))):  # somewhere a line is missing or too many: whose is which?
        raise Unsettable
    return Galley(pdf, {line: found[number] for number, line in enumerate(wanted)})


def _blocks(page: pikepdf.Object) -> dict[int, Block]:
    """The lines by their places, counted from above."""
    right, top = float(page.MediaBox[2]) - PITCH, float(page.MediaBox[3]) - PITCH
    runs: dict[int, list[_Run]] = defaultdict(list)
    for x, y, drawn in _RUN.findall(page.Contents.read_bytes()):
        down = top - float(y)
        number = round(down / PITCH)
        if abs(number * PITCH - down) > REACH:
            raise Unsettable
        runs[number].append(_Run(float(x), number * PITCH - down, drawn))
    return {number: _block(found, right) for number, found in runs.items()}


def _block(runs: list[_Run], right: float) -> Block:
    start = min(run.x for run in runs)
    drawn = b"".join(b"q 1 0 0 -1 %.3f %.2f cm%bQ\n" % (run.x - start, run.y, run.drawn) for run in runs)
    return Block(drawn.replace(_ZERO, b"\0"), right - start)
