"""The compositor: typst shapes every line once, with kerning, accents and embedded faces; pikepdf places them.

A file is compiled as one typst document: its first page is the sheet, each further page one distinct line of text.
Each of those pages then becomes a form (a picture that pages share), and the file's pages are painted from them.
So the typographic work is typst's, and its cost is per distinct line, not per page.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pikepdf
import typst

from services.printing.documents.model import Template

Standard = Literal["a-2a", "a-2b", "ua-1"]
DESIGN = Path(__file__).parent
LINE_MARGIN = 60
"""Points around a line's page in certificate.typ: a form is clipped to its page, and accents stand high."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place on the sheet. x, y from the top left corner, in points; y is the first baseline."""

    name: str
    face: str
    x: float
    y: float
    width: float
    height: float
    align: str

    def start(self, width: float) -> float:
        """Where text of this width begins."""
        return self.x + {"left": 0.0, "center": 0.5, "right": 1.0}[self.align] * (self.width - width)


@dataclass(frozen=True, slots=True)
class Line:
    """Text in one face; shaped once per file, however often it stands there."""

    face: str
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """A shaped line as a PDF object. Its baseline starts at (LINE_MARGIN, LINE_MARGIN); `width` in points."""

    form: pikepdf.Object
    width: float


def written(day: date) -> str:
    """June 30, 2031"""
    return f"{day:%B} {day.day}, {day.year}"


def compiled(design: str, data: Mapping[str, Any], *, dated: date, standards: list[Standard], tagged: bool) -> bytes:
    """The design file filled with data, as PDF. Raises typst.TypstError if a letter is missing from the face."""
    moment = datetime.combine(dated, time(), tzinfo=UTC)  # the same input gives the same bytes
    pdf = _compiler(design, **data).compile(
        format="pdf", pdf_standards=list(standards), timestamp=moment, pdf_tags=tagged
    )
    assert isinstance(pdf, bytes)
    return pdf


def _compiler(design: str, **data: Any) -> typst.Compiler:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(DESIGN / design, root=DESIGN, ignore_system_fonts=True, sys_inputs=inputs)


@lru_cache(maxsize=8)
def fields_of(template: Template) -> Mapping[str, Field]:
    """Where the design leaves room for text, by the field's name."""
    data = json.dumps({"template": template.words(), "lines": []})
    compiler = typst.Compiler(
        DESIGN / "certificate.typ", root=DESIGN, ignore_system_fonts=True, sys_inputs={"data": data}
    )
    return {found["name"]: Field(**found) for found in json.loads(compiler.query("<field>", field="value"))}


class Composed:
    """One file in the making: the sheet and the shaped lines, ready to be placed."""

    def __init__(self, lines: Iterable[Line], template: Template, *, dated: date) -> None:
        wanted = list(dict.fromkeys(lines))
        data = {"template": template.words(), "lines": [[line.face, line.text] for line in wanted]}
        source = compiled("certificate.typ", data, dated=dated, standards=["a-2b"], tagged=False)
        self.pdf = pikepdf.open(io.BytesIO(source))
        sheet, *shaped = (page.obj for page in self.pdf.pages)
        self.sheet = _as_form(sheet)
        self.size = float(sheet.MediaBox[2]), float(sheet.MediaBox[3])
        self.blocks = {line: _as_block(page) for line, page in zip(wanted, shaped, strict=True)}
        self._pages: list[pikepdf.Object] = []
        self._tree = self.pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages))

    def add_page(self, content: bytes, forms: Mapping[str, pikepdf.Object]) -> None:
        """One more page, painted with these operators and named forms."""
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            Parent=self._tree,
            MediaBox=[0, 0, *self.size],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(forms)),
            Contents=self.pdf.make_stream(content),
        )
        self._pages.append(self.pdf.make_indirect(page))

    def finished(self) -> bytes:
        """The file's bytes; the same for the same input."""
        self._tree.Kids, self._tree.Count = pikepdf.Array(self._pages), len(self._pages)
        self.pdf.Root.Pages = self._tree
        _correct_page_count(self.pdf, len(self._pages))
        out = io.BytesIO()
        self.pdf.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return out.getvalue()


def _as_form(page: pikepdf.Object) -> pikepdf.Object:
    """The page's own content stream, made into a form that other pages can paint."""
    form = page.Contents
    described = form.stream_dict
    described.Type, described.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    described.BBox, described.Resources = page.MediaBox, page.Resources
    return form


def _as_block(page: pikepdf.Object) -> Block:
    return Block(_as_form(page), float(page.MediaBox[2]) - 2 * LINE_MARGIN)


def _correct_page_count(pdf: pikepdf.Pdf, pages: int) -> None:
    """typst counted its own pages in the metadata; the file has others."""
    head, tag, rest = pdf.Root.Metadata.read_bytes().partition(b"<xmpTPg:NPages>")
    _, end, tail = rest.partition(b"</xmpTPg:NPages>")
    pdf.Root.Metadata.write(head + tag + b"%d" % pages + end + tail)
