"""typst, the compositor: design files filled with data become PDF, and tell where they leave room for text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import typst

from services.printing.documents.model import Template

Standard = Literal["a-2a", "a-2b", "ua-1"]
DESIGN = Path(__file__).parent
SHEET = "certificate.typ"


class Field(NamedTuple):
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


@lru_cache(maxsize=4096)
def written(day: date) -> str:
    """June 30, 2031"""
    return f"{day:%B} {day.day}, {day.year}"


def compiled(design: str, data: Mapping[str, Any], *, dated: date, standards: list[Standard], tagged: bool) -> bytes:
    """The design file filled with data, as PDF. Raises typst.TypstError if a letter is missing from the face."""
    moment = datetime.combine(dated, time(), tzinfo=UTC)  # the same input gives the same bytes
    pdf = _compiler(design, data).compile(
        format="pdf", pdf_standards=list(standards), timestamp=moment, pdf_tags=tagged
    )
    assert isinstance(pdf, bytes)
    return pdf


def _compiler(design: str, data: Mapping[str, Any]) -> typst.Compiler:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(DESIGN / design, root=DESIGN, ignore_system_fonts=True, sys_inputs=inputs)


@lru_cache(maxsize=8)
def fields_of(template: Template) -> Mapping[str, Field]:
    """Where the design leaves room for text, by the field's name."""
    found = json.loads(_compiler(SHEET, {"template": template.words()}).query("<field>", field="value"))
    return {field["name"]: Field(**field) for field in found}


@lru_cache(maxsize=8)
def sheet_of(template: Template) -> bytes:
    """The sheet as a PDF of one page, without a license on it."""
    return compiled(SHEET, {"template": template.words()}, dated=date(2000, 1, 1), standards=["a-2b"], tagged=False)
