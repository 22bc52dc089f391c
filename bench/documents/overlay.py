"""The bare way: each page is the template's, with the same texts and a QR code painted over it by pikepdf.

The texts are Helvetica's, which every reader has: no fonts are embedded, nothing is kerned or fitted to its place, what
Windows-1252 does not know becomes a question mark, and the files are not PDF/A.
"""

import io
from collections.abc import Sequence
from typing import Any, cast

import pikepdf
import zxingcpp

from bench.chain.cohort import policy
from bench.documents.press import run
from services.printing.documents import Piece
from services.printing.documents.typesetting import sheet_of
from services.printing.domain.sheet_texts import template

LEFT, TOP, PITCH, QR = 150.0, 400.0, 18.0, 72.0


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
        escaped = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        content.append(b"(%b) Tj T*" % escaped)
    content.append(b"ET")
    code = zxingcpp.create_barcode(piece.address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image: Any = memoryview(cast(bytes, zxingcpp.write_barcode_to_image(code, add_quiet_zones=False)))
    height, width = image.shape
    content.append(b"q %.1f 0 0 %.1f 75 85 cm BI /W %d /H %d /CS /G /BPC 8 ID" % (QR, QR, width, height))
    return b"\n".join(content) + b"\n" + bytes(image) + b"\nEI Q\n"


def print_file(pieces: Sequence[Piece]) -> bytes:
    """A file of these licenses. Its tree of pages is made in one go: adding them to `pdf.pages` singly takes longer."""
    with pikepdf.open(io.BytesIO(sheet_of(template(policy())))) as pdf:
        sheet, tree = pdf.pages[0].obj, pdf.Root.Pages
        sheet.Resources.Font["/F"] = pdf.make_indirect(_helvetica())
        pages = [_page(pdf, sheet, tree, painted(piece)) for piece in pieces]
        tree.Kids, tree.Count = pikepdf.Array(pages), len(pages)
        made = io.BytesIO()
        pdf.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return made.getvalue()


def _helvetica() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip


def _page(pdf: pikepdf.Pdf, sheet: pikepdf.Object, tree: pikepdf.Object, content: bytes) -> pikepdf.Object:
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page, Parent=tree, MediaBox=sheet.MediaBox, Resources=sheet.Resources,
        Contents=pikepdf.Array([sheet.Contents, pdf.make_stream(content)]),
    )  # fmt: skip
    return pdf.make_indirect(page)


if __name__ == "__main__":
    run(print_file)
