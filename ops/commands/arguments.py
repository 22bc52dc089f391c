"""Reading what an operator gives a command, and saying what is wrong with it."""

import os

from ops.errors import Obstacle
from ops.topology import service_named


def known_service(name: str) -> str:
    """The name, if a service has it; Obstacle with the known names otherwise."""
    try:
        return service_named(name).name
    except KeyError as error:
        raise Obstacle(f"{error.args[0]}.") from None


def required(name: str) -> str:
    """The value of an environment variable; Obstacle where it is not set."""
    value = os.environ.get(name)
    if not value:
        raise Obstacle(f"{name} is not set.")
    return value
