"""Logs, metrics and the trace that crosses Kafka. Measured per batch, never per event."""

import logging
import secrets
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

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
REQUEST_SECONDS = Histogram("elms_request_seconds", "HTTP requests", ["method", "route", "status"], buckets=_BUCKETS)

trace: ContextVar[str] = ContextVar("trace", default="")
"""The W3C traceparent of what is being done."""


def new_trace() -> str:
    """A new W3C traceparent, sampled."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(traceparent: str) -> str:
    """The same trace with a span of its own; a new one where the text is no traceparent."""
    parts = traceparent.split("-")
    if len(parts) != 4 or len(parts[1]) != 32:
        return new_trace()
    return f"00-{parts[1]}-{secrets.token_hex(8)}-01"


def _add_trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if current := trace.get():
        event["trace_id"] = current.split("-")[1]
    return event


def configure_logs(service: str, level: str) -> None:
    """One JSON line per message on standard output, with service, time, level and trace id."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _add_trace,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(
        level=logging.WARNING, format='{"level":"%(levelname)s","logger":"%(name)s","event":"%(message)s"}'
    )
