"""The unofficial copy of a license: one page, marked as such, for the educator to print at any hour."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

import segno
import typst

from services.printing.documents.model import Template, UnprintableText
from services.printing.documents.qr import MASK, VERSION, checked
from services.printing.documents.typesetting import compiled, written

WARNING = "This page is not a license. The paper that the office issues and the public register are official."


@dataclass(frozen=True, slots=True)
class UnofficialCopy:
    """What the copy shows: public data only, as it stood on the day `as_of`.

    `status` is the sentence the public page shows ("Active until June 30, 2031").
    """

    name: str
    license_number: str
    license_class: str
    endorsements: tuple[str, ...]
    valid_from: date
    valid_until: date
    status: str
    as_of: date
    address: str


def unofficial_copy(copy: UnofficialCopy, template: Template) -> bytes:
    """One tagged page, PDF/A-2a and PDF/UA-1, so that a screen reader reads it; the same bytes for the same input.

    Raises UnprintableText if the face lacks a letter of the name, TextTooLong for the address.
    """
    data = {"template": template.words(), "copy": _words(copy)}
    try:
        return compiled("unofficial.typ", data, dated=copy.as_of, standards=["a-2a", "ua-1"], tagged=True)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        raise UnprintableText("name", copy.name) from error


def _words(copy: UnofficialCopy) -> dict[str, object]:
    return {
        "mark": "Unofficial copy",
        "warning": WARNING,
        "name": unicodedata.normalize("NFC", copy.name),
        "status": copy.status,
        "as-of": f"As of {written(copy.as_of)}",
        "facts": [
            ("License number", copy.license_number),
            ("Class", copy.license_class),
            ("Valid from", written(copy.valid_from)),
            ("Valid through", written(copy.valid_until)),
        ],
        "endorsements-heading": "Endorsements",
        "endorsements": list(copy.endorsements),
        "address": copy.address,
        "qr": _drawing(copy.address),
    }


def _drawing(address: str) -> str:
    code = segno.make(checked(address), version=VERSION, error="m", mask=MASK, mode="byte", boost_error=False)
    drawing: str = code.svg_inline(border=2, omitsize=True)
    return drawing
