"""Our press, as it prints a batch: PDF/A-2b, the sheet designed in typst, every text in the document's own faces."""

from collections.abc import Sequence

from bench.chain.cohort import policy
from bench.documents.press import run
from services.printing.documents import Piece, render
from services.printing.domain.sheet_texts import template


def print_file(pieces: Sequence[Piece]) -> bytes:
    """A file of these licenses."""
    return render(pieces, template(policy()))


if __name__ == "__main__":
    run(print_file)
