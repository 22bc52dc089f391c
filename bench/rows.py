"""The table's rows, in its order. A run takes seconds, and all of them together less than 15 minutes."""

from bench.contest import Contender, Row
from bench.hop import row as hop
from bench.relay import row as relay

EVENTS = 60_000
NAIVE_EVENTS = 2_000
WAITING = 100_000
NAIVE_WAITING = 10_000

ROWS = (
    Row(
        "hop",
        "one hop: consume → inbox + state + outbox → relay",
        "events/s",
        (
            Contender("naive", "bench.hop.naive", NAIVE_EVENTS),
            Contender("hand", "bench.hop.hand", EVENTS),
            Contender("elms", "bench.hop.elms", EVENTS),
        ),
        hop.run,
    ),
    Row(
        "relay",
        "relay alone: an outbox is said to Kafka and emptied",
        "events/s",
        (
            Contender("faststream-outbox", "bench.relay.faststream_outbox", NAIVE_WAITING),
            Contender("producer", "bench.relay.producer", WAITING),
            Contender("elms", "bench.relay.elms", WAITING),
        ),
        relay.run,
    ),
)
