"""The table's rows, in its order, with two sizes each: what 15 minutes allow, and what hours do."""

from bench.chain import row as chain
from bench.cluster import row as cluster
from bench.contest import Contender, Row
from bench.documents import row as documents
from bench.growth import row as growth
from bench.hop import row as hop
from bench.latency import row as latency
from bench.load import row as load
from bench.lookup import row as lookup
from bench.lookup.register import register
from bench.relay import row as relay

EVENTS = 60_000
NAIVE_EVENTS, ALL_NAIVE_EVENTS = 1_000, 2_000
WAITING = 100_000
NAIVE_WAITING, ALL_NAIVE_WAITING = 4_000, 10_000
RENEWALS, ALL_RENEWALS = 20_000, 100_000
NAIVE_RENEWALS, ALL_NAIVE_RENEWALS = 300, 2_000
APPROVALS, ALL_APPROVALS = 600, 3_000
PAGES, ALL_PAGES = 2_000, 20_000
REQUESTS, ALL_REQUESTS = 10_000, 20_000
SEARCHES, ALL_SEARCHES = 2_000, 2_000
LICENSES, ALL_LICENSES = 100_000, 1_000_000
CREDITS, ALL_CREDITS = 10_000, 1_000_000
RENEWED = 5_000

ROWS: tuple[Row, ...] = (
    Row(
        "hop",
        "one hop: consume → inbox + state + outbox → relay",
        "events/s",
        (
            Contender("naive", "bench.hop.naive", NAIVE_EVENTS, full=ALL_NAIVE_EVENTS),
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
            Contender("faststream-outbox", "bench.relay.faststream_outbox", NAIVE_WAITING, full=ALL_NAIVE_WAITING),
            Contender("producer", "bench.relay.producer", WAITING),
            Contender("elms", "bench.relay.elms", WAITING),
        ),
        relay.run,
    ),
    Row(
        "chain",
        "the chain: renewals approved in bulk → license → look-up, print job, letter → complete, all outboxes empty",
        "renewals/s",
        (
            Contender("naive", "bench.chain.naive", NAIVE_RENEWALS, full=ALL_NAIVE_RENEWALS),
            Contender("hand", "bench.chain.hand", RENEWALS, full=ALL_RENEWALS),
            Contender("elms", "bench.chain.elms", RENEWALS, full=ALL_RENEWALS),
        ),
        chain.run,
    ),
    Row(
        "latency",
        "approval committed → look-up visible, one by one at 100 a second",
        "approvals/s",
        (
            Contender("bare", "bench.latency.bare", APPROVALS, full=ALL_APPROVALS),
            Contender("elms", "bench.latency.elms", APPROVALS, full=ALL_APPROVALS),
        ),
        latency.run,
    ),
    Row(
        "documents",
        "official licenses: a page each with its QR code, in files of 500, by one process",
        "pages/s",
        (
            Contender("overlay", "bench.documents.overlay", PAGES, full=ALL_PAGES),
            Contender("elms", "bench.documents.elms", PAGES, full=ALL_PAGES),
        ),
        documents.run,
    ),
    Row(
        "number",
        "look-up by number over HTTP, 32 askers at once",
        "requests/s",
        (
            Contender("datasette", "bench.lookup.datasette", REQUESTS, full=ALL_REQUESTS),
            Contender("bare", "bench.lookup.bare", REQUESTS, full=ALL_REQUESTS),
            Contender("elms", "bench.lookup.elms", REQUESTS, full=ALL_REQUESTS),
        ),
        lookup.by_number,
        shared=register,
        size=LICENSES,
        full_size=ALL_LICENSES,
    ),
    Row(
        "misspelt",
        "look-up by misspelt name over HTTP, 32 askers at once",
        "requests/s",
        (
            Contender("datasette", "bench.lookup.datasette", SEARCHES, full=ALL_SEARCHES),
            Contender("bare", "bench.lookup.bare", SEARCHES, full=ALL_SEARCHES),
            Contender("elms", "bench.lookup.elms", SEARCHES, full=ALL_SEARCHES),
        ),
        lookup.by_misspelt_name,
        shared=register,
        size=LICENSES,
        full_size=ALL_LICENSES,
    ),
    Row(
        "load",
        "SEMI credits from a file to receipts, while renewals are approved; beside its publishing part alone",
        "credits/s",
        (
            Contender("producer", "bench.load.producer", CREDITS, full=ALL_CREDITS),
            Contender("elms", "bench.load.elms", CREDITS, full=ALL_CREDITS),
        ),
        load.run,
    ),
    Row(
        "cluster",
        "one, two and four workers of credentials, on three brokers: approval heard → license extended and said",
        "renewals/s",
        (
            Contender("elms", "bench.cluster.elms", RENEWALS, workers=1),
            Contender("two workers", "bench.cluster.elms", RENEWALS, workers=2),
            Contender("four workers", "bench.cluster.elms", RENEWALS, workers=4),
        ),
        cluster.run,
        full_only=True,
        servers=cluster.on_three_brokers,
    ),
    Row(
        "growth",
        "the chain, the look-up and a queue's page among more and more licenses",
        "renewals/s",
        (
            Contender("elms", "bench.growth.elms", RENEWED, licenses=10_000),
            Contender("with 100,000", "bench.growth.elms", RENEWED, licenses=100_000),
            Contender("with 1,000,000", "bench.growth.elms", RENEWED, licenses=1_000_000),
        ),
        growth.run,
        full_only=True,
    ),
)
