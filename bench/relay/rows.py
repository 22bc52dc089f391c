"""The messages that the relays say: a thousand licenses, each with its sums in order. Made by PostgreSQL."""

from bench.hop.events import OUTPUT

TOPIC = OUTPUT.name
KEY = "md5('license' || n % 1000)::uuid::text"
VALUE = f"""'{{{{"license_id":"' || {KEY} || '","total":' || n || '}}}}'"""
NUMBERS = "generate_series({first}, {last}) AS n"


ATTRIBUTES = {
    "type": "'elms.bench.Counted.v1'", "id": "md5('event' || n)::uuid", "time": "'2026-03-04T15:00:00.123456+00:00'",
    "sequence": "n::text", "actor": "'bench'", "causationid": "md5('cause' || n)::uuid",
}  # fmt: skip
"""CloudEvents' attributes, in the order of our outbox's lines."""


def attributes() -> str:
    """The attributes as JSON, each under its header's name."""
    return ", ".join(f"'ce_{name}', {value}" for name, value in ATTRIBUTES.items())
