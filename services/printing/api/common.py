"""What several routes need of a request: who may ask, and real time."""

from datetime import UTC, datetime

from shared.tokens import Actor
from shared.web.asked import AskedRequest

SHOP, OFFICER, OPERATOR = "print_shop", "licensing_officer", "operator"


def real_now() -> datetime:
    """Real time: leases never follow the business clock."""
    return datetime.now(UTC)


async def printer(asked: AskedRequest) -> Actor:
    """Somebody of the print shop or the print desk. Raises `Forbidden`."""
    return await asked.with_role(SHOP, OFFICER, OPERATOR)


async def officer(asked: AskedRequest) -> Actor:
    """Somebody of the office. Raises `Forbidden`."""
    return await asked.with_role(OFFICER, OPERATOR)


def may_see_all(asked: AskedRequest, actor: Actor) -> bool:
    """Whether the person may see anybody's paper."""
    return any(actor.holds(role, asked.today()) for role in (SHOP, OFFICER, OPERATOR))
