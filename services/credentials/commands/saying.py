"""Versions and what is said under them."""

from services.credentials.domain.facts import state_of
from services.credentials.domain.license import License
from shared.contracts import Event
from shared.messaging.work import Work


def bumped(license: License, work: Work) -> License:
    """The license with its next version, to be saved and said."""
    return license._replace(version=work.next_version(license.version))


def say_of_license(work: Work, license: License, *facts: Event, because: Event | None = None) -> None:
    """Says what happened to a license, and the license as it now stands."""
    work.say(*facts, state_of(license), version=license.version, because=because)
