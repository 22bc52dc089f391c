"""The list of processes agrees with what the services themselves say, and with everybody's plan of ports."""

import importlib
import importlib.util

import pytest

from ops.topology import SERVICES, Service
from shared.settings import SERVICES as SERVICES_BY_PORT


def test_the_ports_follow_the_order_that_every_service_assumes() -> None:
    assert tuple(service.name for service in sorted(SERVICES, key=lambda each: each.port_offset)) == SERVICES_BY_PORT


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_service_has_the_roles_that_its_wiring_needs(service: Service) -> None:
    wiring = importlib.import_module(f"services.{service.name}.app").service
    assert tuple(role.value for role in service.roles) == wiring.roles
