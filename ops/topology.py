"""Which processes make up ELMS: one list, read by the local stack, the tests and the comparison with compose.

A role is one kind of process of a service, so that each kind can be scaled and restarted by itself:
    api       answers HTTP
    worker    takes events in, batch by batch
    relay     says the outbox's events; one at a time, further copies wait as hot spares
    effects   carries out calls to the outside
    schedule  does what falls due by the clock, and the housekeeping of its database
The local stack folds all roles of a service into one process; compose runs one container per service and role.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """One kind of process of a service."""

    API = "api"
    WORKER = "worker"
    RELAY = "relay"
    EFFECTS = "effects"
    SCHEDULE = "schedule"


@dataclass(frozen=True)
class Service:
    """One service: its name, the offset of its HTTP port from the base, the roles it has."""

    name: str
    port_offset: int
    roles: tuple[Role, ...]

    @property
    def has_database(self) -> bool:
        """Whether the service keeps anything; one with an API alone asks the others."""
        return self.roles != (Role.API,)


_ALL = tuple(Role)
_WITHOUT_EFFECTS = (Role.API, Role.WORKER, Role.RELAY, Role.SCHEDULE)
_READ_MODEL = (Role.API, Role.WORKER, Role.SCHEDULE)
_HEARS_ONLY = (Role.API, Role.WORKER, Role.EFFECTS, Role.SCHEDULE)

SERVICES: tuple[Service, ...] = (
    Service("portal", 0, (Role.API,)),
    Service("identity", 1, _ALL),
    Service("credentials", 2, _ALL),
    Service("renewals", 3, _WITHOUT_EFFECTS),
    Service("printing", 4, _WITHOUT_EFFECTS),
    Service("lookup", 5, _READ_MODEL),
    Service("correspondence", 6, _HEARS_ONLY),
    Service("exchange", 7, _ALL),
)

POSTGRES_OFFSET = 32
KAFKA_OFFSET = 92  # and its controller one above; the next broker of a larger cluster two above
DEFAULT_PORT_BASE = 18000


def service_named(name: str) -> Service:
    """The service of that name; KeyError with the known names otherwise."""
    for service in SERVICES:
        if service.name == name:
            return service
    known = ", ".join(service.name for service in SERVICES)
    raise KeyError(f"there is no service {name!r}; there are {known}")


def processes() -> list[tuple[str, str]]:
    """Every (service, role) pair that a full deployment runs, in reading order."""
    return [(service.name, role.value) for service in SERVICES for role in service.roles]
