"""Which faults come, in which order, on whom: made from a seed alone, so that a red run can be played again.

Four lanes, each one fault at a time: two for the services' processes (so that what concerns one service is never
disturbed twice at once), one for what they stand on, one for what they are told.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

FIRST = ("identity", "credentials", "printing", "lookup")
SECOND = ("renewals", "correspondence", "exchange")
PROCESSES = (("kill", 10), ("freeze", 5), ("stop", 5), ("scale", 3), ("bad release", 1))
GROUND = (("broker kill", 3), ("broker stop", 2), ("broker freeze", 2), ("postgres", 3), ("cut", 5), ("delay", 3),
          ("black hole", 2))  # fmt: skip
TOLD = (("hostile records", 6), ("said again", 4), ("old states", 3), ("expired", 1))
LANES: dict[str, tuple[tuple[str, int], ...]] = {
    "processes-1": PROCESSES, "processes-2": PROCESSES, "ground": GROUND, "told": TOLD,
}  # fmt: skip
HANDLERS = {
    "credentials": "record_credits_on_credit_awarded",
    "renewals": "note_paper_on_print_job_queued",
    "lookup": "refresh_names_on_person_state",
    "printing": "queue_jobs_on_license_renewed",
    "correspondence": "tell_applicants_on_credits_reserved",
    "exchange": "receipt_credits_on_credit_recorded",
    "identity": "move_districts_on_staff_assignment_received",
}
"""The handler that a bad release of each service breaks."""


@dataclass(frozen=True)
class Fault:
    """One fault: its place in its lane, its kind, a service and role where it has one, how long it lasts."""

    number: int
    kind: str
    service: str
    role: str
    which: int
    seconds: float
    pause: float

    def __str__(self) -> str:
        where = f" {self.service}.{self.role}" if self.role else f" {self.service}" if self.service else ""
        return f"{self.kind}{where}"


def faults(seed: int, lane: str) -> Iterator[Fault]:
    """The lane's faults, without end; equal for equal seeds."""
    choose = random.Random(f"{seed}/{lane}")
    kinds, weights = zip(*LANES[lane], strict=True)
    services = SECOND if lane.endswith("2") else FIRST
    number = 0
    while True:
        number += 1
        kind = choose.choices(kinds, weights)[0]
        service = choose.choice(services) if lane.startswith("processes") else ""
        role = _role(choose, kind, service)
        yield Fault(
            number, kind, service, role, choose.randrange(1_000_000), _seconds(choose, kind), choose.uniform(0.5, 3.0)
        )


def _role(choose: random.Random, kind: str, service: str) -> str:
    if not service:
        return ""
    if kind in ("scale", "bad release"):
        return "worker"
    roles = {
        "lookup": ("api", "worker", "worker"),
        "correspondence": ("api", "worker", "worker", "effects"),
        "printing": ("api", "worker", "worker", "relay"),
        "credentials": ("api", "worker", "worker", "worker", "relay", "relay"),
        "renewals": ("api", "worker", "worker", "relay"),
    }
    return choose.choice(roles.get(service, ("api", "worker", "relay", "effects")))


def _seconds(choose: random.Random, kind: str) -> float:
    """How long a fault lasts before it is healed."""
    longest = {"freeze": 12.0, "scale": 12.0, "bad release": 8.0, "broker freeze": 9.0, "delay": 8.0, "black hole": 8.0}
    return choose.uniform(2.0, longest.get(kind, 4.0))
