"""Running a service in this process: `elms run SERVICE --role …`, in a container or forked by the local stack."""

import importlib
from collections.abc import Sequence

from ops.errors import Obstacle
from ops.topology import Role, service_named


def roles_of(name: str, wanted: Sequence[str]) -> tuple[Role, ...]:
    """The roles to play: those wanted, or all that the service has; Obstacle for one that it has not."""
    service = service_named(name)
    if list(wanted) == ["all"]:
        return service.roles
    known = {role.value: role for role in service.roles}
    strange = [role for role in wanted if role not in known]
    if strange:
        raise Obstacle(f"{name} has no role {', '.join(strange)}; it has {', '.join(known)}.")
    return tuple(known[role] for role in wanted)


def run_service(name: str, wanted: Sequence[str]) -> None:
    """Run the service in these roles until it is told to stop."""
    roles = roles_of(name, wanted)
    run = importlib.import_module("shared.process").run
    service = importlib.import_module(f"services.{name}.app").service
    run(service, [role.value for role in roles])
