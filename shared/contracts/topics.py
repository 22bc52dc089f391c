"""The one table of topics: kind, owner, retention. Everything that creates or guards a topic reads it here."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DAY_MS = 86_400_000
PARTITIONS = 6
"""Of every topic, for good: a key's partition never changes."""


class Kind(StrEnum):
    """What a topic is for, and so how long it keeps its records."""

    FACTS = "facts"
    STATE = "state"
    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: who alone may write it, and how it is kept. A `bulky` one is filled from files, a million at once."""

    name: str
    kind: Kind
    owner: str
    about: str
    partitions: int = PARTITIONS
    bulky: bool = False

    def config(self, fact_days: int = 365) -> dict[str, str]:
        """Kafka's settings of this topic; `fact_days` is how long facts are kept."""
        common = {"max.message.bytes": "1048576"}
        if self.kind is Kind.STATE:
            return common | {
                "cleanup.policy": "compact",
                "min.compaction.lag.ms": str(7 * DAY_MS),
                "max.compaction.lag.ms": str(14 * DAY_MS),
            }
        days = fact_days if self.kind is Kind.FACTS else 30
        return common | {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}


def _facts(name: str, owner: str, about: str, *, bulky: bool = False) -> Topic:
    return Topic(f"{name}.facts.v1", Kind.FACTS, owner, about, bulky=bulky)


def _state(name: str, owner: str, about: str) -> Topic:
    return Topic(f"{name}.state.v1", Kind.STATE, owner, about)


PEOPLE = _state("identity.people", "identity", "each person: number, name, districts, merged_into")
MAILING = _state("identity.mailing", "identity", "each person's mailing address; two readers only")
ORGANIZATIONS = _state("identity.organizations", "identity", "each district and office, and who acts for it")
IDENTITY = _facts("identity", "identity", "what happened to people")
LICENSES = _facts("credentials.licenses", "credentials", "what happened to licenses")
LICENSE_STATES = _state("credentials.licenses", "credentials", "each license as it now stands")
CREDITS = _facts("credentials.credits", "credentials", "credits recorded, refused, recalled, reserved", bulky=True)
RENEWALS = _facts("renewals", "renewals", "what happened to applications")
PRINTING = _facts("printing", "printing", "what happened to print jobs and their pieces")
RECEIVED_CREDITS = _facts("exchange.credits", "exchange", "credits from the door, checked and re-keyed", bulky=True)
RECEIVED_ROSTERS = _facts("exchange.rosters", "exchange", "staff rosters, checked and re-keyed")
RECEIVED_ACTIONS = _facts("exchange.actions", "exchange", "disciplinary actions, checked and re-keyed")
RECEIVED_REPORTS = _facts("exchange.print-reports", "exchange", "what a print shop reports of each piece")

INBOUND_KINDS = ("credits", "rosters", "actions", "print-reports")

INBOUND = Topic("inbound.{agency}.{kind}.v1", Kind.INBOUND, "inbound", "what one outside system says", bulky=True)
RECEIPTS = Topic("outbound.{agency}.receipts.v1", Kind.OUTBOUND, "exchange", "a receipt for each of its events")
PRINT_JOBS = Topic("outbound.{agency}.print-jobs.v1", Kind.OUTBOUND, "printing", "batches for that print shop")

TOPICS: tuple[Topic, ...] = (
    PEOPLE, MAILING, ORGANIZATIONS, IDENTITY, LICENSES, LICENSE_STATES, CREDITS, RENEWALS, PRINTING,
    RECEIVED_CREDITS, RECEIVED_ROSTERS, RECEIVED_ACTIONS, RECEIVED_REPORTS,
)  # fmt: skip


def agency_topics(agencies: Iterable[str]) -> tuple[Topic, ...]:
    """The topics of the door: for each agency its own inbound and outbound ones."""
    found = []
    for agency in agencies:
        for kind in INBOUND_KINDS:
            name = INBOUND.name.format(agency=agency, kind=kind)
            found.append(Topic(name, Kind.INBOUND, agency, INBOUND.about))
        found.append(Topic(RECEIPTS.name.format(agency=agency), Kind.OUTBOUND, "exchange", RECEIPTS.about))
        found.append(Topic(PRINT_JOBS.name.format(agency=agency), Kind.OUTBOUND, "printing", PRINT_JOBS.about))
    return tuple(found)
