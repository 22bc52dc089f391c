"""The row “official licenses”: how it is run and how it is counted."""

import asyncio
import tempfile
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import zxingcpp

from bench.documents.pieces import pieces
from bench.documents.press import DONE, READY
from bench.stage import Miscounted, Stage
from services.printing.documents import Piece


async def run(stage: Stage) -> None:
    """One process prints; its pages a second of processor time are pages a second and core."""
    with tempfile.TemporaryDirectory(prefix="elms-bench-") as name:
        folder = Path(name)
        await stage.start(FOLDER=folder)
        await _until_there(stage, folder / READY)
        async with stage.clock():
            await stage.tell()
            await _until_there(stage, folder / DONE)
        size = verify(folder, stage.events)
    assert stage.taken is not None
    stage.measure(pages_a_core=stage.events / stage.taken.processor["python"], bytes_a_page=size / stage.events)


async def _until_there(stage: Stage, file: Path) -> None:
    async def there() -> bool:
        return await asyncio.to_thread(file.exists)

    await stage.until(there, f"there is no {file.name}")


def verify(folder: Path, count: int) -> int:
    """There are so many pages; of every hundredth the text and the code are read. Returns the bytes of all files.

    Raises `Miscounted`.
    """
    wanted = pieces(count)
    place = 0
    for file in sorted(folder.glob("*.pdf")):
        document = pypdfium2.PdfDocument(file)
        for number in range(0, len(document), 100):
            _check(document[number], wanted[place + number])
        place += len(document)
        document.close()
    if place != count:
        raise Miscounted(f"{folder}: {place} pages for {count} licenses")
    return sum(file.stat().st_size for file in folder.glob("*.pdf"))


def _check(page: pypdfium2.PdfPage, piece: Piece) -> None:
    text = page.get_textpage().get_text_range()
    if piece.serial not in text or piece.license_number not in text:
        raise Miscounted(f"a page does not show the license {piece.serial}")
    codes = {code.text for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())}
    if codes != {piece.address}:
        raise Miscounted(f"a code says {codes}, not {piece.address}")
