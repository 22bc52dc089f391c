"""Official licenses and unofficial copies, as paper and as files."""

import io
import json
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp
from PIL import Image

from services.printing.documents import (
    DocumentError,
    PrintFile,
    TextTooLong,
    TooManyEndorsements,
    UnofficialCopy,
    UnprintableText,
    in_files,
    manifest,
    render,
    unofficial_copy,
    unprintable,
)
from services.printing.documents.qr import encoded, qr_image
from tests.printing.judge import verdict
from tests.printing.samples import ENDORSEMENTS, TEMPLATE, piece

LONG = "María Guadalupe Concepción Fernández de Córdoba y Villavicencio-Montgomery"


def page_image(pdf: bytes, page: int = 0) -> Image.Image:
    rendered: Image.Image = pypdfium2.PdfDocument(pdf)[page].render(scale=2.5).to_pil()
    return rendered


def page_text(pdf: bytes, page: int = 0) -> str:
    text: str = pypdfium2.PdfDocument(pdf)[page].get_textpage().get_text_bounded()
    return text


def scanned(page: Image.Image) -> str:
    code = zxingcpp.read_barcode(page)
    assert code is not None
    return code.text


def copy_of(**changed: object) -> UnofficialCopy:
    facts: dict[str, object] = {
        "name": "José Ñúñez",
        "license_number": "220417",
        "license_class": "AA",
        "endorsements": ENDORSEMENTS[:3],
        "valid_from": date(2026, 7, 1),
        "valid_until": date(2031, 6, 30),
        "status": "Active until June 30, 2031",
        "as_of": date(2026, 5, 13),
        "address": "https://elms.example.gov/v/01JZ8Q4T000417ABCDEF",
    }
    return UnofficialCopy(**(facts | changed))  # type: ignore[arg-type]


def test_official_licenses_are_pdf_a_2b_in_a_file_of_several_pages(tmp_path: Path) -> None:
    pieces = [piece(1), piece(2, name="Đặng Ávalos-Ñúñez"), piece(3, name=LONG, endorsements=ENDORSEMENTS * 3)]
    file = tmp_path / "licenses.pdf"
    file.write_bytes(render(pieces, TEMPLATE))
    assert verdict(file, "2b").startswith("PASS")


def test_the_judge_refuses_a_file_that_is_not_pdf_a(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(render([piece()], TEMPLATE))) as pdf:
        del pdf.Root.OutputIntents
        pdf.save(tmp_path / "spoiled.pdf")
    assert verdict(tmp_path / "spoiled.pdf", "2b").startswith("FAIL")


@pytest.mark.parametrize("flavour", ["2a", "ua1"])
def test_unofficial_copies_are_archival_and_accessible(tmp_path: Path, flavour: str) -> None:
    file = tmp_path / "copy.pdf"
    file.write_bytes(unofficial_copy(copy_of(), TEMPLATE))
    assert verdict(file, flavour).startswith("PASS")


@pytest.mark.parametrize(
    "make", [lambda: render([piece(1), piece(2)], TEMPLATE), lambda: unofficial_copy(copy_of(), TEMPLATE)]
)
def test_the_same_input_gives_the_same_bytes(make: Callable[[], bytes]) -> None:
    assert make() == make()


def test_every_page_carries_its_own_piece_in_the_given_order() -> None:
    pdf = render([piece(2, name="Zoë Last"), piece(1, name="Émile First", copy=3)], TEMPLATE)
    first, second = page_text(pdf, 0), page_text(pdf, 1)
    for words in ("Zoë Last", "220002", "MS-0000002", "Copy 1", "June 30, 2031", "July 1, 2026", "May 12, 2026"):
        assert words in first
    for words in ("Émile First", "220001", "MS-0000001", "Copy 3", *ENDORSEMENTS[:2]):
        assert words in second


@pytest.mark.parametrize(
    "name", ["Griffith AV To", "Σωκράτης", "123 שלום", "x\u0302\u0328 Q\u0303", " Anna  Bell ", "\u0301"]
)
def test_a_line_is_set_the_same_whatever_else_the_file_holds(name: str) -> None:
    others = [piece(number, name=f"{other} Moss") for number, other in enumerate(("שלום", "Ada", "123"))]
    alone, among = render([piece(7, name=name)], TEMPLATE), render([*others, piece(7, name=name), *others], TEMPLATE)
    assert page_image(alone).tobytes() == page_image(among, 3).tobytes()


def test_a_full_file_shows_every_piece_on_its_page() -> None:
    pieces = [piece(number, name=f"Ada Ångström {number}") for number in range(500)]
    pdf = pypdfium2.PdfDocument(render(pieces, TEMPLATE))
    for number, one in enumerate(pieces):
        words = pdf[number].get_textpage().get_text_bounded()
        assert all(f"{text}\r\n" in words for text in (one.name, one.serial))
        assert one.license_number in words


def test_the_code_of_every_page_leads_to_its_own_license() -> None:
    pieces = [piece(number) for number in (1, 2, 3)]
    pdf = render(pieces, TEMPLATE)
    seen = [scanned(page_image(pdf, page)) for page in range(3)]
    assert seen == [one.address for one in pieces]


def test_the_code_of_the_unofficial_copy_leads_to_the_license() -> None:
    copy = copy_of()
    assert scanned(page_image(unofficial_copy(copy, TEMPLATE))) == copy.address


def test_the_unofficial_copy_says_what_it_is() -> None:
    text = page_text(unofficial_copy(copy_of(), TEMPLATE)).lower()
    assert "unofficial copy" in text
    assert "not a license" in text


@pytest.mark.parametrize("address", ["https://a.gov/v/1", "https://elms.example.gov/v/0a9Zz", "h" * 84, "é/" * 28])
def test_the_fast_code_is_the_encoders_own(address: str) -> None:
    assert int.from_bytes(qr_image(address)) == encoded(address.encode())


@pytest.mark.parametrize(
    "name",
    [
        "Li",
        "Wilhelmina Featherstonehaugh-Abernathy",
        LONG,
        "X" * 40,
        "Đặng Thị Ngọc Ánh",
        "Σωκράτης",
        "Łukasz Čapek",
    ],
)
def test_every_stroke_of_a_name_stays_inside_the_frame(name: str) -> None:
    """Left and right of the name's place, the page is the same as with the shortest name."""
    bare, full = (page_image(render([piece(name=n)], TEMPLATE)).crop((0, 520, 1980, 680)) for n in ("i", name))
    for edge in ((150, 0, 230, 160), (1750, 0, 1830, 160)):
        assert bare.crop(edge).tobytes() == full.crop(edge).tobytes()
    assert bare.tobytes() != full.tobytes()


def test_an_accent_on_a_capital_is_not_cut_off() -> None:
    """Á and A differ above the letter: a clipped form once swallowed the accent."""
    plain, accented = (page_image(render([piece(name=n)], TEMPLATE)) for n in ("AAAA", "ÁÁÁÁ"))
    assert plain.tobytes() != accented.tobytes()


def test_decomposed_and_composed_names_print_alike() -> None:
    composed, decomposed = "Ñúñez", "N\u0303u\u0301n\u0303ez"
    assert render([piece(name=composed)], TEMPLATE) == render([piece(name=decomposed)], TEMPLATE)


@pytest.mark.parametrize(
    ("changed", "error", "field"),
    [
        ({"name": "漢字"}, UnprintableText, "name"),
        ({"name": "Anna\nTo"}, UnprintableText, "name"),
        ({"name": "   "}, UnprintableText, "name"),
        ({"name": "Anna\u2028Two"}, UnprintableText, "name"),
        ({"name": "\u034f"}, UnprintableText, "name"),
        ({"name": "W" * 80}, TextTooLong, "name"),
        ({"name": "Wolf " * 900}, TextTooLong, "name"),
        ({"license_class": "☃"}, UnprintableText, "license_class"),
        ({"endorsements": ("116", "日")}, UnprintableText, "endorsements"),
        ({"endorsements": ("x",) * 19}, TooManyEndorsements, "endorsements"),
        ({"address": "https://elms.example.gov/v/" + "0" * 60}, TextTooLong, "address"),
    ],
)
def test_what_cannot_be_printed_is_refused_by_its_field(
    changed: dict[str, object], error: type[DocumentError], field: str
) -> None:
    with pytest.raises(error) as refused:
        render([piece(1), piece(2, **changed)], TEMPLATE)
    assert refused.value.field == field  # type: ignore[attr-defined]


def test_the_pieces_that_cannot_be_set_are_found_among_those_that_can() -> None:
    pieces = [piece(number, name="漢" if number in (3, 8) else "Anna") for number in range(12)]
    assert unprintable(pieces, TEMPLATE).keys() == {"piece-3", "piece-8"}
    assert unprintable(pieces[4:7], TEMPLATE) == {}


@pytest.mark.parametrize("count", [0, 501])
def test_a_file_holds_one_to_500_pieces(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 500"):
        render([piece(number) for number in range(count)], TEMPLATE)


@pytest.mark.parametrize(
    ("pieces", "files"), [(0, []), (1, [1]), (500, [500]), (501, [500, 1]), (1200, [500, 500, 200])]
)
def test_pieces_are_cut_into_files_of_500(pieces: int, files: list[int]) -> None:
    cut = [list(file) for file in in_files([piece(number) for number in range(pieces)])]
    assert [len(file) for file in cut] == files
    assert [one.piece_id for file in cut for one in file] == [f"piece-{number}" for number in range(pieces)]


def test_the_manifest_tells_each_pieces_page_and_each_files_hash() -> None:
    groups = [[piece(1), piece(2)], [piece(3)]]
    contents = [render(group, TEMPLATE) for group in groups]
    files = [PrintFile.of(f"{n}.pdf", c, g) for n, (c, g) in enumerate(zip(contents, groups, strict=True), start=1)]
    told = json.loads(manifest("batch-1", files))
    assert [file["sha256"] for file in told["files"]] == [sha256(content).hexdigest() for content in contents]
    assert [(p["piece_id"], p["file"], p["page"]) for p in told["pieces"]] == [
        ("piece-1", "1.pdf", 1),
        ("piece-2", "1.pdf", 2),
        ("piece-3", "2.pdf", 1),
    ]
