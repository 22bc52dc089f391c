"""What both presses have around them: they are warm before they are told to print, and they write files."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.documents.pieces import files
from services.printing.documents import Piece

READY, DONE = "ready", "done"


def run(print_file: Callable[[Sequence[Piece]], bytes]) -> None:
    """Prints a few licenses, waits for the word, and prints all that are wanted into `ELMS_FOLDER`."""
    folder, count = Path(os.environ["ELMS_FOLDER"]), int(os.environ["ELMS_EVENTS"])
    print_file(next(files(int(os.environ["ELMS_WARM"]))))
    wanted = list(files(count))
    (folder / READY).touch()
    sys.stdin.readline()
    for number, some in enumerate(wanted):
        (folder / f"{number:04}.pdf").write_bytes(print_file(some))
    (folder / DONE).touch()
    while True:
        time.sleep(60)  # until it is stopped
