"""A million hostile inputs, guided by which branches they reach: `make fuzz FUZZ_INPUTS=1000000 FUZZ_SEED=7`.

libFuzzer (by atheris) mutates lawful records and files and keeps what gets further than any before. The first byte of
an input says who takes it, the second as what; a record's headers stand before its value as lines. An input that
fails is kept in .fuzz/, and `python -m tests.fuzz.guided FILE` takes it again.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared", "services"]):
    from services.exchange.commands.receive import arrival_of
    from shared.contracts import EVENTS
    from shared.messaging.inbound import ForeignRecord, decode
    from tests.exchange import agency
    from tests.fuzz import test_decoding as decoding
    from tests.fuzz import test_files as reading
    from tests.fuzz.records import Raw, raw
    from tests.fuzz.sheets import written

Take = Callable[[int, bytes], None]
TYPES = sorted(EVENTS)
FOLDER = Path(".fuzz")
LONGEST = 4096
"""Bytes of an input; longer ones are tests of their own."""
SLOWEST = 10
"""Seconds that one input may take."""

SHEETS = (reading.AWARD, reading.LICENSE, reading.CREDIT, reading.PERSON, reading.ORGANIZATION, reading.ROLE)


def take_event(kind: int, data: bytes) -> None:
    """An event of a type, whatever its headers say besides."""
    headers, value = parted(data)
    decoding.taken(Raw(value, [*headers, ("ce_type", TYPES[kind % len(TYPES)].encode())]))


def take_record(_kind: int, data: bytes) -> None:
    """A record of any type or of none."""
    headers, value = parted(data)
    decoding.taken(Raw(value, headers))


def take_foreign(kind: int, data: bytes) -> None:
    """A stranger's record, decoded and read as the door reads it."""
    headers, value = parted(data)
    topic = ("inbound.mde.credits.v1", "inbound.printshop.print-reports.v1")[kind % 2]
    event = decode(Raw(value, headers, None, topic))
    assert isinstance(event, ForeignRecord)
    reading.door_decides([arrival_of(event)])


def take_file(kind: int, data: bytes) -> None:
    """A file, as the import or the load of its kind reads it."""
    readers: tuple[Callable[[], None], ...] = (
        lambda: reading.door_takes(data),
        lambda: reading.credentials_take(data, "text/csv", reading.LicenseRow),
        lambda: reading.credentials_take(data, "text/csv", reading.CreditRow),
        lambda: reading.identity_takes(data, reading.PEOPLE),
        lambda: reading.identity_takes(data, reading.ORGANIZATIONS),
        lambda: reading.identity_takes(data, reading.read_roles),
        lambda: reading.credentials_take(data, "application/json", reading.LicenseRow),
        lambda: reading.credentials_take(data, "application/json", reading.CreditRow),
    )
    readers[kind % len(readers)]()


TAKERS: tuple[Take, ...] = (take_event, take_record, take_foreign, take_file)


def take(data: bytes) -> None:
    """One input."""
    if len(data) > 2:
        TAKERS[data[0] % len(TAKERS)](data[1], data[2:])


def parted(data: bytes) -> tuple[list[tuple[str, bytes]], bytes]:
    """Headers, a line each, then an empty line, then the value."""
    head, _, value = data.partition(b"\n\n")
    lines = (line.partition(b":") for line in head.split(b"\n"))
    return [(name.decode(errors="replace"), text) for name, _, text in lines], value


def lawful() -> list[bytes]:
    """What libFuzzer begins with: a lawful event of each type, a stranger's, a file of each kind."""
    events = [bytes([taker, kind]) + joined(raw(name)) for kind, name in enumerate(TYPES) for taker in (0, 1)]
    foreign = [bytes([2, 0]) + joined(Raw(value, agency.headers(name=name))) for name, value in (
        ("CreditsAwarded", agency.award()), ("CreditsRecalled", agency.recall()),
    )]  # fmt: skip
    files = [bytes([3, kind]) + written(list(sheet), [sheet]) for kind, sheet in enumerate(SHEETS)]
    return events + foreign + files


def joined(record: Raw) -> bytes:
    """The bytes of which `parted` makes this record's headers and value again."""
    head = b"\n".join(name.encode() + b":" + (value or b"") for name, value in record.headers)
    return head + b"\n\n" + (record.value or b"")


def main() -> None:
    """Runs so many inputs, or the files that are named."""
    inputs, seed = os.environ.get("FUZZ_INPUTS", "1000000"), os.environ.get("FUZZ_SEED", "7")
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(lawful()):
        (corpus / f"lawful-{number}").write_bytes(data)
    told = [f"-runs={inputs}", f"-seed={seed}", f"-max_len={LONGEST}", f"-timeout={SLOWEST}", "-len_control=0",
            f"-artifact_prefix={FOLDER}/failed-", "-print_final_stats=1"]  # fmt: skip
    atheris.Setup([sys.argv[0], *(sys.argv[1:] or [*told, str(corpus)])], take)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
