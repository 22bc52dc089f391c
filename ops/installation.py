"""Which installation an operator's command speaks to: the one that the environment names, or this machine's stack.

A process of a service is told one database, `ELMS_DATABASE`. An operator's commands look at several: where the
environment names servers, `ELMS_DATABASES` is JSON with each service's.
"""

import importlib
import json
import os

from sqlalchemy.engine import make_url

from ops.errors import Obstacle
from ops.local.kafka import Kafka
from ops.local.layout import Layout
from ops.local.postgres import Postgres
from ops.local.services import environments
from ops.topology import SERVICES, service_named
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import Settings

_PREFIX = "ELMS_"


def settings_of(service: str) -> Settings:
    """The settings that the service's own processes have; where the environment names servers, those."""
    if {"ELMS_DATABASE", "ELMS_DATABASES", "ELMS_KAFKA"} & os.environ.keys():
        return Settings(database=_named_database(service)) if service_named(service).has_database else Settings()
    layout = Layout.from_environment()
    told = environments(layout, Kafka.of(layout), Postgres.of(layout))[service]
    return Settings(**{name.removeprefix(_PREFIX).lower(): value for name, value in told.items()})  # type: ignore[arg-type]


def _named_database(service: str) -> str:
    """Obstacle where the environment names none for this service: one database is never taken for another's."""
    named: dict[str, str] = json.loads(os.environ.get("ELMS_DATABASES") or "{}")
    alone = os.environ.get("ELMS_DATABASE", "")
    if service in named:
        return named[service]
    owner = make_url(alone).username if alone else ""
    if not alone or (owner != service and owner in {each.name for each in SERVICES}):
        raise Obstacle(f"ELMS_DATABASES names no database of {service}.")
    return alone


def operator_settings() -> Settings:
    """Where the servers and all services are; for what concerns no single service."""
    return settings_of("portal")


def wiring_of(service: str) -> Service:
    """What `services/<service>/app.py` makes; Obstacle for a name that is none."""
    try:
        service_named(service)
    except KeyError as error:
        raise Obstacle(f"{error.args[0]}.") from None
    found: Service = importlib.import_module(f"services.{service}.app").service
    return found


def runtime_of(service: str) -> Runtime:
    """The service's means, for what an operator does in its database; Obstacle where it has none."""
    if not service_named(service).has_database:
        raise Obstacle(f"{service} keeps nothing, so it has nothing of that kind.")
    return Runtime(wiring_of(service), settings_of(service))
