"""One state's sheet, and pieces that differ from each other in what they are called here for."""

from dataclasses import replace
from datetime import date
from typing import Any

from services.printing.documents import Piece, Template

ENDORSEMENTS = (
    "116 Elementary Education (K–6)",
    "120 Elementary Education (4–6)",
    "152 Early Childhood (K–3)",
    "221 Mild/Moderate Disability (K–12)",
    "222 Severe Disability (K–12)",
    "122 Pre-Kindergarten",
)

TEMPLATE = Template(
    state="State of Mississippi",
    agency="Mississippi Department of Education",
    office="Office of Educator Licensure",
    title="Educator License",
    preamble="This certifies that",
    statement="has met the requirements of law and is licensed to serve in the public schools of this State as",
    seal="State of Mississippi · Department of Education · ",
    verify_heading="Check this license",
    verify="Scan the code. The public register shows its standing today and decides over this paper.",
    signatory="Jordan Avery",
    signatory_title="Director",
)


def piece(number: int = 1, **changed: Any) -> Piece:
    """A piece like any other, except for what is changed."""
    usual = Piece(
        piece_id=f"piece-{number}",
        name="Anna Tolliver",
        license_number=f"{220000 + number}",
        license_class="Class AA",
        endorsements=ENDORSEMENTS[:2],
        valid_from=date(2026, 7, 1),
        valid_until=date(2031, 6, 30),
        issued_on=date(2026, 5, 12),
        serial=f"MS-{number:07d}",
        copy=1,
        address=f"https://elms.example.gov/v/01JZ8Q4T{number:06d}ABCDEF",
    )
    return replace(usual, **changed)
