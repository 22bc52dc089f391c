"""What must be there before a service of this version starts: topics, databases, roles, tables, the services' keys.

Doing it again changes nothing. The local stack does it at each start, a deployment as a job of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from ops import topics
from ops.local.provision import provision
from ops.topology import SERVICES
from shared.contracts.topics import TOPICS, Topic, agency_topics
from shared.migrations import has_migrations, migrate
from shared.settings import Settings
from shared.tokens import ServiceKey


@dataclass(frozen=True)
class Target:
    """The servers to prepare, and each service's database password by its name."""

    kafka: str
    superuser: str
    passwords: Mapping[str, str]
    keys: Path
    fact_days: int

    def url(self, service: str) -> str:
        """The service's own way into its own database."""
        url = make_url(self.superuser).set(username=service, password=self.passwords[service], database=service)
        return url.render_as_string(hide_password=False)


async def prepare(target: Target) -> list[str]:
    """Make everything; what in Kafka differs from the table of topics and was left as it is."""
    for service in SERVICES:
        ServiceKey.of(service.name, target.keys)
    plan = await topics.apply(target.kafka, wanted_topics(), fact_days=target.fact_days)
    await provision(target.superuser, target.passwords)
    for name in filter(has_migrations, target.passwords):
        await migrate(name, target.url(name))
    return list(plan.differences)


def wanted_topics() -> tuple[Topic, ...]:
    """All topics of this installation: those of the services and those of its agencies."""
    return (*TOPICS, *agency_topics(Settings().agencies))


def with_database() -> list[str]:
    """The services that have a database."""
    return [service.name for service in SERVICES if service.has_database]
