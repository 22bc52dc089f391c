"""An educator's papers: copies, official papers on their way, scans handed in; and what was paid."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.page import SignedIn

router = APIRouter()


@router.get("/documents")
async def documents(page: SignedIn) -> Response:
    """Everything that can be opened or is in the mail, by license."""
    developments, jobs = await page.together(
        page.if_there(page.get("credentials", "/developments")),
        page.if_there(page.get("printing", "/jobs", person_id=str(page.actor.person_id))),
    )
    scans = [(credit, scan) for each in developments or () for credit in each["credits"] for scan in credit["scans"]]
    return page.show(
        "papers/documents.html",
        developments=developments,
        numbers={each["license"]["license_id"]: each["license"]["number"] for each in developments or ()},
        jobs=_newest(jobs),
        scans=_once(scans),
        is_away=jobs is None,
    )


@router.get("/payments")
async def payments(page: SignedIn) -> Response:
    """What was paid and given back. Where the state asks for no fee, there is nothing to pay."""
    has_fees = any(kind.fee.first or kind.fee.further for kind in page.policy.applications)
    return page.show("papers/payments.html", has_fees=has_fees)


def _newest(jobs: list[Any] | None) -> list[Any]:
    return sorted(jobs or (), key=lambda job: str(job["due_on"]), reverse=True)


def _once(scans: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Credits count for several licenses; each scan is listed once, the newest first."""
    found = {scan["scan_id"]: (credit, scan) for credit, scan in scans}
    return sorted(found.values(), key=lambda each: str(each[1]["uploaded_at"]), reverse=True)
