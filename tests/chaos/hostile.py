"""Records that no contract allows: made from a number, so that a seed repeats them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

Headers = list[tuple[str, bytes]]

DOOR = ("inbound.mde.credits.v1", "inbound.mde.rosters.v1", "inbound.mde.actions.v1",
        "inbound.printshop.print-reports.v1")  # fmt: skip
OURS = ("renewals.facts.v1", "credentials.licenses.facts.v1", "credentials.licenses.state.v1",
        "identity.people.state.v1", "exchange.credits.facts.v1", "printing.facts.v1")  # fmt: skip
DEEP = 200
DIGITS = 900_000
"""Of a number; with a million the record would be over the topics' limit of 1 MiB, and the broker would refuse it."""


@dataclass(frozen=True)
class Hostile:
    """One record, and what is wrong with it."""

    about: str
    value: bytes
    headers: Headers
    key: bytes


def records(number: int) -> Iterator[tuple[str, Hostile]]:
    """One of each kind, each on a topic that the number chooses."""
    choose = random.Random(number)
    for about, value, headers in _kinds(choose):
        topic = choose.choice(DOOR + OURS)
        yield topic, Hostile(about, value, headers, f"hostile-{number}-{about}".encode())


def _kinds(choose: random.Random) -> Iterator[tuple[str, bytes, Headers]]:
    lawful = _headers(choose, "elms.inbound.CreditsAwarded.v1")
    ours = _headers(choose, "elms.renewals.RenewalApproved.v1")
    yield "random bytes", choose.randbytes(200), lawful
    yield "random bytes of ours", choose.randbytes(200), ours
    yield "truncated", b'{"educator_number": "MSJ0000', lawful
    yield "wrong types", b'{"educator_number": [1], "amount": {"a": 1}, "completed_on": true}', lawful
    yield "deep", b"[" * DEEP + b"]" * DEEP, ours
    yield "deep object", b'{"a":' * DEEP + b"1" + b"}" * DEEP, lawful
    yield "many digits", b'{"amount": ' + b"9" * DIGITS + b"}", lawful
    yield "too large", b'"' + b"x" * 10_000_000 + b'"', lawful
    yield "no headers", b"{}", []
    yield "headers not text", b"{}", [("ce_type", b"\xff\xfe"), ("ce_id", b"\x00")]
    yield "null header", b"{}", [("ce_type", b""), ("ce_id", b"none"), ("ce_time", b"never")]
    yield "negative sequence", b"{}", [*ours[:-1], ("ce_sequence", b"-1")]
    yield "nul text", b'{"license_id": "\\u0000"}', ours


def _headers(choose: random.Random, kind: str) -> Headers:
    event_id = str(UUID(int=choose.getrandbits(128), version=4))
    found = {"ce_specversion": "1.0", "ce_id": event_id, "ce_type": kind, "ce_source": "/nobody",
             "ce_time": "2026-03-04T15:00:00Z", "ce_subject": "nobody", "ce_sequence": "1"}  # fmt: skip
    return [(name, value.encode()) for name, value in found.items()]
