"""What an officer decides of a license: its standing, its class, its endorsements. Functions give a new value."""

from services.credentials.domain.errors import StandingUnchanged
from services.credentials.domain.license import License, Standing
from shared.contracts.values import Discipline


def suspend(license: License, action: Discipline) -> License:
    """The license suspended, with its public action. Refused if it is not in good standing."""
    if license.standing_on(action.on) is not Standing.GOOD:
        raise StandingUnchanged(standing=license.standing.value)
    return _disciplined(license, Standing.SUSPENDED, action)


def revoke(license: License, action: Discipline) -> License:
    """The license revoked, with its public action."""
    if license.standing is Standing.REVOKED:
        raise StandingUnchanged(standing=license.standing.value)
    return _disciplined(license, Standing.REVOKED, action)


def reinstate(license: License) -> License:
    """The license in good standing again; its public actions stay."""
    if license.standing is Standing.GOOD:
        raise StandingUnchanged(standing=license.standing.value)
    return license._replace(standing=Standing.GOOD, standing_until=None)


def change(license: License, **changes: object) -> tuple[License, tuple[str, ...]]:
    """The license with another class, type, endorsements or hold, and the names of what really differs."""
    changed = tuple(name for name, value in changes.items() if getattr(license, name) != value)
    return license._replace(**changes), changed  # type: ignore[arg-type]


def _disciplined(license: License, standing: Standing, action: Discipline) -> License:
    return license._replace(
        standing=standing,
        standing_until=action.until,
        discipline=(*license.discipline, action),
    )
