"""The licenses that are printed: the same in every run."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256

from bench.chain.cohort import policy
from services.printing.documents import Piece
from services.printing.documents.model import in_files
from services.printing.domain.sheet_texts import endorsements, kind_of_license

FIRST = ("Ada", "Béatrice", "Carlos", "Dolores", "Ezekiel", "Fatima", "Grace", "Hương", "Imogen", "Jaxon")
MIDDLE = "ABCDEFGHIJKLMNOPRSTW"
LAST = ("Moss", "García López", "O’Brien", "Nguyễn", "Whitfield", "de la Cruz", "Tillman", "Ångström", "Baptiste")


def pieces(count: int) -> list[Piece]:
    """So many of them; numbers, serials and addresses differ, and the names in a file."""
    return [_piece(number) for number in range(count)]


def files(count: int) -> Iterator[Sequence[Piece]]:
    """The same, in files of the size that a print shop gets."""
    return in_files(pieces(count))


def _piece(n: int) -> Piece:
    return Piece(
        piece_id=str(n),
        name=f"{FIRST[n % len(FIRST)]} {MIDDLE[n // 90 % len(MIDDLE)]}. {LAST[n % len(LAST)]}",
        license_number=f"{200_000 + n}",
        license_class=kind_of_license(policy(), "standard", "AA"),
        endorsements=endorsements(policy(), ("116", "120")),
        valid_from=date(2026, 7, 1),
        valid_until=date(2031, 6, 30),
        issued_on=date(2026, 6, 30),
        serial=f"2026-{n:07}",
        copy=1,
        address=f"https://elms.example/v/{_public_id(n)}",
    )


def _public_id(n: int) -> str:
    """Looks as unguessable as a real one, and is the same in every run."""
    return urlsafe_b64encode(sha256(b"%d" % n).digest()[:16]).decode().rstrip("=")
