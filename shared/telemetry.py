"""Logs, metrics and the trace that crosses Kafka. Measured per batch, never per event."""

import logging
import re
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from random import getrandbits
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge, Histogram

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

EVENTS_TAKEN = Counter("elms_events_taken", "Records taken to their end", ["consumer"])
BATCH_SECONDS = Histogram(
    "elms_batch_seconds", "A batch, from its arrival to its commit", ["consumer"], buckets=_BUCKETS
)
DEAD_LETTERS = Counter("elms_dead_letters", "Records set aside", ["consumer"])
PAUSED = Gauge("elms_consumer_paused", "1 while a consumer is paused by unexpected failures", ["consumer"])
LAG = Gauge("elms_consumer_lag", "Records not yet taken", ["consumer"])
RELAYED = Counter("elms_events_relayed", "Events said", ["topic"])
OUTBOX_AGE = Gauge("elms_outbox_age_seconds", "How long the oldest unsaid event has waited")
EFFECTS_DUE = Gauge("elms_effects_due", "Effects on the outside that wait")
EFFECTS_GIVEN_UP = Counter("elms_effects_given_up", "Effects that failed too often and wait for a person", ["kind"])
REQUEST_SECONDS = Histogram("elms_request_seconds", "HTTP requests", ["method", "route", "status"], buckets=_BUCKETS)

trace: ContextVar[str] = ContextVar("trace", default="")
"""The W3C traceparent of what is being done."""

_TRACEPARENT = re.compile("[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def new_trace() -> str:
    """A new W3C traceparent, sampled."""
    both = _hex(192)
    return f"00-{both[:32]}-{both[32:]}-01"


def trace_from(cause: UUID) -> str:
    """The traceparent that begins with this id: again the same, however often what it names is taken."""
    text = cause.hex
    return f"00-{text}-{text[16:]}-01"


def child_of(traceparent: str) -> str:
    """The same trace with a span of its own; a new one where the text is no traceparent."""
    return f"00-{traceparent[3:35]}-{_hex(64)}-01" if is_traceparent(traceparent) else new_trace()


def is_traceparent(text: str) -> bool:
    """Whether a stranger's text is one: then ours goes on with it, in our lines and in what we say."""
    return _TRACEPARENT.fullmatch(text) is not None


@contextmanager
def within(traceparent: str) -> Iterator[None]:
    """What is done here is a span of this trace; of a new one where the text is no traceparent."""
    before = trace.set(child_of(traceparent))
    try:
        yield
    finally:
        trace.reset(before)


def _hex(bits: int) -> str:
    """Nobody need fail to guess a trace; the system's own random bits cost ten times as much."""
    return f"{getrandbits(bits):0{bits // 4}x}"


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if current := trace.get():
        event["trace_id"] = current.split("-")[1]
    return event


_QUOTED = re.compile(
    r"(?<=DETAIL:  ).*?(?=\n\n|\n\[SQL|\Z)"  # PostgreSQL: the key or the row that it refused
    r"|(?<=input_value=).*?(?=, input_type=)"  # pydantic: what was validated
    r"|(?<=invalid input for query argument ).*?(?=\n|\Z)"  # asyncpg: a parameter
    r"|(?<=invalid input syntax for type ).*?(?=\n|\Z)",
    re.DOTALL,
)
"""What an error quotes of the data it failed on. It may be private; the kind of error and its place say enough."""


def _without_values(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, text in event.items():
        if isinstance(text, str):
            event[name] = _QUOTED.sub("…", text)
    return event


_BEFORE = (
    structlog.contextvars.merge_contextvars,
    _add_trace,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_LINE = (
    structlog.processors.ExceptionRenderer(),  # the places of a traceback, never its local variables
    _without_values,
    structlog.processors.JSONRenderer(),
)
LINES: list[Any] = [*_BEFORE, *_LINE]
"""What makes a line; one list for a process, so that a test can listen in on loggers that are there already."""


def formatter() -> logging.Formatter:
    """Lines of other libraries in the same form."""
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_BEFORE, processors=(meta, *_LINE))


def configure_logs(service: str, level: str) -> None:
    """One JSON line per message on standard output, with service, time, level and trace id, and without values."""
    structlog.configure(
        processors=LINES,
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler()
    handler.setFormatter(formatter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
