"""The events: what services and agencies say to each other. Importing this knows them all."""

from shared.contracts import agency, credentials, exchange, identity, printing, renewals
from shared.contracts.base import EVENTS, Envelope, Event, Fact, State
from shared.contracts.topics import TOPICS, Kind, Topic, agency_topics

__all__ = [
    "EVENTS", "TOPICS", "Envelope", "Event", "Fact", "Kind", "State", "Topic", "agency", "agency_topics",
    "credentials", "exchange", "identity", "printing", "renewals",
]  # fmt: skip
