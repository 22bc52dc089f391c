"""The areas of the site and who sees them: the header shows only what somebody holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.portal.words import noted
from shared.policies import Policy
from shared.tokens import Actor

APPROVERS = ("superintendent", "personnel_administrator", "designee", "licensing_officer")


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the site: its name in the header, its address, the roles that open it (none: everybody signed in).

    `undistricted`: the roles that open it where districts decide no application.
    """

    title: str
    path: str
    roles: tuple[str, ...] = ()
    undistricted: tuple[str, ...] | None = None

    def roles_in(self, policy: Policy) -> tuple[str, ...]:
        """The roles that open it in this state."""
        is_decided = any(kind.approver == "district" for kind in policy.applications)
        return self.roles if is_decided or self.undistricted is None else self.undistricted


AREAS = (
    Area(noted("Home"), "/home"),
    Area(noted("Credentials"), "/credentials"),
    Area(noted("Letters"), "/messages"),
    Area(noted("State office"), "/office", ("licensing_officer",)),
    Area(noted("Queue"), "/queue", APPROVERS, ("licensing_officer",)),
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


def areas_of(actor: Actor | None, on: date, policy: Policy) -> tuple[Area, ...]:
    """The areas that somebody sees; none for who has not signed in."""
    if actor is None:
        return ()
    return tuple(area for area in AREAS if not area.roles or holds_one(actor, area.roles_in(policy), on))


def area_at(path: str, areas: Iterable[Area]) -> str:
    """The address of the area that a page is in: the narrowest of them; empty for a page of none."""
    within = (area.path for area in areas if f"{path}/".startswith(f"{area.path}/"))
    return max(within, key=len, default="")


def holds_one(actor: Actor, roles: Iterable[str], on: date) -> bool:
    """Whether somebody holds one of the roles that day."""
    return any(actor.holds(role, on) for role in roles)


def landing(actor: Actor, on: date, policy: Policy) -> str:
    """Where somebody begins after signing in: at their own desk, or at the educator's home."""
    desks = (area for area in areas_of(actor, on, policy) if area.roles)
    return next((area.path for area in desks), "/home")
