"""The bare way: each page is the template's, with the same texts and a QR code painted over it by pikepdf.

The texts are Helvetica's, which every reader has: no fonts are embedded, nothing is kerned or fitted to its place, what
Latin-1 does not know becomes a question mark, and the files are not PDF/A.
"""

import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, cast

import pikepdf
import zxingcpp

from bench.chain.cohort import policy
from bench.documents.press import run
from services.printing.documents import Piece
from services.printing.documents.typesetting import Composed
from services.printing.domain.sheet_texts import template

LEFT, TOP, PITCH, QR = 150.0, 400.0, 18.0, 72.0


@cache
def sheet() -> bytes:
    """The template page, made once: our sheet without a license on it."""
    composed = Composed((), template(policy()), dated=date(2026, 6, 30))
    composed.add_page(b"/S Do\n", {"/S": composed.sheet})
    return composed.finished()


def texts(piece: Piece) -> list[str]:
    """What stands on the paper."""
    return [
        piece.name, piece.license_class, *piece.endorsements, piece.license_number, str(piece.valid_from),
        str(piece.valid_until), str(piece.issued_on), piece.serial, f"Copy {piece.copy}", piece.address,
    ]  # fmt: skip


def painted(piece: Piece) -> bytes:
    """PDF operators for the texts and the code."""
    content = [b"BT /F 11 Tf %.1f TL 1 0 0 1 %.1f %.1f Tm" % (PITCH, LEFT, TOP)]
    for text in texts(piece):
        escaped = text.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        content.append(b"(%b) Tj T*" % escaped)
    content.append(b"ET")
    code = zxingcpp.create_barcode(piece.address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = memoryview(cast(bytes, zxingcpp.write_barcode_to_image(code, add_quiet_zones=False)))
    height, width = image.shape
    content.append(b"q %.1f 0 0 %.1f 75 85 cm BI /W %d /H %d /CS /G /BPC 8 ID" % (QR, QR, width, height))
    return b"\n".join(content) + b"\n" + bytes(image) + b"\nEI Q\n"


def print_file(pieces: Sequence[Piece]) -> bytes:
    """A file of these licenses."""
    with pikepdf.open(io.BytesIO(sheet())) as pdf:
        page = pdf.pages[0]
        before = page.Contents
        resources = page.Resources
        resources["/Font"] = pikepdf.Dictionary(
            F=pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
                    Encoding=pikepdf.Name.WinAnsiEncoding,
                )
            )
        )  # fmt: skip
        for piece in pieces:
            contents = pikepdf.Array([before, pdf.make_stream(painted(piece))])
            pdf.pages.append(
                pikepdf.Page(
                    pdf.make_indirect(
                        pikepdf.Dictionary(
                            Type=pikepdf.Name.Page, MediaBox=page.MediaBox, Resources=resources, Contents=contents
                        )
                    )
                )
            )
        del pdf.pages[0]
        made = io.BytesIO()
        pdf.save(made)
        return made.getvalue()


if __name__ == "__main__":
    run(print_file)
