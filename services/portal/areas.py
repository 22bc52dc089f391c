"""The areas of the site and who sees them: the header shows only what somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.portal.words import noted
from shared.tokens import Actor

APPROVERS = ("superintendent", "personnel_administrator", "designee", "licensing_officer")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the site: its name in the header, its address, the roles that open it (none: everybody signed in)."""

    title: str
    path: str
    roles: tuple[str, ...] = ()


AREAS = (
    Area(noted("Home"), "/home"),
    Area(noted("Credentials"), "/credentials"),
    Area(noted("Letters"), "/messages"),
    Area(noted("State office"), "/office", ("licensing_officer",)),
    Area(noted("Queue"), "/queue", APPROVERS),
    Area(noted("Roster"), "/roster", APPROVERS),
    Area(noted("Forecast"), "/forecast", APPROVERS),
    Area(noted("Directory"), "/directory", ("directory_administrator",)),
    Area(noted("Loads"), "/office/loads", ("loader", "licensing_officer")),
    Area(noted("Operations"), "/ops", ("operator",)),
    Area(noted("Print desk"), "/print", ("print_shop", "operator")),
)

ROLE_NAMES = {
    "superintendent": noted("Superintendent"),
    "personnel_administrator": noted("Personnel administrator"),
    "designee": noted("Designee"),
    "directory_administrator": noted("Directory administrator"),
    "licensing_officer": noted("Licensing officer"),
    "loader": noted("Loader of credits"),
    "print_shop": noted("Print shop"),
    "operator": noted("Operator"),
    "educator": noted("Educator"),
}


def areas_of(actor: Actor | None, on: date) -> tuple[Area, ...]:
    """The areas that somebody sees; none for who has not signed in."""
    if actor is None:
        return ()
    return tuple(area for area in AREAS if not area.roles or holds_one(actor, area.roles, on))


def area_at(path: str, areas: Iterable[Area]) -> str:
    """The address of the area that a page is in: the narrowest of them; empty for a page of none."""
    within = (area.path for area in areas if f"{path}/".startswith(f"{area.path}/"))
    return max(within, key=len, default="")


def holds_one(actor: Actor, roles: Iterable[str], on: date) -> bool:
    """Whether somebody holds one of the roles that day."""
    return any(actor.holds(role, on) for role in roles)


def landing(actor: Actor, on: date) -> str:
    """Where somebody begins after signing in: at their own desk, or at the educator's home."""
    return next((area.path for area in AREAS if area.roles and holds_one(actor, area.roles, on)), "/home")
