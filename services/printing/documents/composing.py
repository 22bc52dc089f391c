"""A file in the making: each page is the sheet, which all pages share, and a piece's own lines and code over it."""

from __future__ import annotations

import io

import pikepdf

from services.printing.documents.galley import Galley


class Composed:
    """Pages laid over one sheet, drawn with one galley's faces. The galley's own page is not among them."""

    def __init__(self, galley: Galley, sheet: bytes) -> None:
        self.pdf = galley.pdf
        self._sheet = pikepdf.open(io.BytesIO(sheet))
        page = self._sheet.pages[0].obj
        resources = galley.resources
        resources.XObject = pikepdf.Dictionary(Sheet=self.pdf.copy_foreign(_as_form(page)))
        self.size = float(page.MediaBox[2]), float(page.MediaBox[3])
        self._resources = self.pdf.make_indirect(resources)
        self._tree = self.pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, MediaBox=[0, 0, *self.size]))
        self._pages: list[pikepdf.Object] = []

    def add_page(self, content: bytes) -> None:
        """One more sheet, with this drawn over it."""
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            Parent=self._tree,
            Resources=self._resources,
            Contents=self.pdf.make_stream(b"/Sheet Do\n" + content),
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


def _correct_page_count(pdf: pikepdf.Pdf, pages: int) -> None:
    """typst counted its own pages in the metadata; the file has others."""
    head, tag, rest = pdf.Root.Metadata.read_bytes().partition(b"<xmpTPg:NPages>")
    _, end, tail = rest.partition(b"</xmpTPg:NPages>")
    pdf.Root.Metadata.write(head + tag + b"%d" % pages + end + tail)
