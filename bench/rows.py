"""The table's rows, in its order. Events are chosen so that a run takes seconds, and all rows less than 15 minutes."""

from bench.contest import Contender, Row
from bench.hop import row as hop

EVENTS = 60_000
NAIVE_EVENTS = 2_000

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
)
