"""What waits for an officer."""

from dataclasses import asdict

from services.credentials.domain.license import License
from services.credentials.queries.answers import CaseShown
from services.credentials.store import cases, licenses
from services.credentials.store.cases import Case
from shared.messaging.work import Work


async def open_cases(work: Work) -> list[CaseShown]:
    """The open cases, the oldest first."""
    found = await cases.find_open(work)
    known = await licenses.find_licenses(work, {case.license_id for case in found})
    return [shown(case, known.get(case.license_id)) for case in found]


def shown(case: Case, license: License | None = None) -> CaseShown:
    """A case, as an officer sees it."""
    return CaseShown(**asdict(case), number=license.number if license else "")
