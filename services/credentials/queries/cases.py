"""What waits for an officer."""

from dataclasses import asdict

from services.credentials.queries.answers import CaseShown
from services.credentials.store import cases
from services.credentials.store.cases import Case
from shared.messaging.work import Work


async def open_cases(work: Work) -> list[CaseShown]:
    """The open cases, the oldest first."""
    return [shown(case) for case in await cases.find_open(work)]


def shown(case: Case) -> CaseShown:
    """A case, as an officer sees it."""
    return CaseShown(**asdict(case))
