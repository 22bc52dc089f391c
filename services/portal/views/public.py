"""What everybody may see: the first page, the license look-up, a license behind its QR code, the public lists."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, Public
from services.portal.words import noted, refusal
from shared.peers import PeerRefused

router = APIRouter()
SERVICE_WORDS = {
    "identity": noted("Sign-in and profiles"),
    "credentials": noted("Licenses and professional development"),
    "renewals": noted("Applications and queues"),
    "printing": noted("Printing and mailing"),
    "lookup": noted("License look-up"),
    "correspondence": noted("Letters"),
    "exchange": noted("Credits from agencies"),
}
Words = Annotated[str, Query(max_length=100)]
After = Annotated[str, Query(max_length=600)]


@router.get("/")
async def front(page: Public) -> Response:
    return page.show("public/front.html")


@router.get("/lookup")
async def look_up(page: Public, q: Words = "", district: Words = "", after: After = "") -> Response:
    """The search; its results stand under the form, at an address that can be kept and sent on."""
    asked = Form({"q": q, "district": district})
    districts, freshness, found = await page.together(
        page.if_there(page.get("identity", "/organizations", kind="district"), []),
        page.if_there(page.get("lookup", "/freshness"), {"as_of": None}),
        _search(page, asked, after),
    )
    more = found["next"] if found else None
    first, then = f"/lookup?{urlencode(asked.values)}", urlencode({**asked.values, "after": more})
    return page.show(
        "public/look_up.html",
        form=asked,
        districts=districts,
        freshness=freshness,
        found=found,
        first=first if after else "",
        next=f"/lookup?{then}" if more else "",
    )


async def _search(page: Page, asked: Form, after: str) -> dict[str, Any] | None:
    """What was found; None before anything was asked, or when the question is refused, with the reason at its field."""
    if not asked["q"] and "q" not in page.request.query_params:
        return None
    try:
        found = await page.get("lookup", "/licenses", q=asked["q"], district=asked["district"], after=after)
    except PeerRefused as refused:
        if refused.status != 422:
            raise
        asked.refuse(refusal(str(refused)), str(refused.problem.get("field") or "q"))
        return None
    return dict(found)


@router.get("/licenses/by-number/{number}")
async def by_number(page: Public, number: str) -> Response:
    """One license of a list of results."""
    found = await page.get("lookup", f"/licenses/{number}")
    return page.see(f"/v/{found['public_id']}")


@router.get("/v/{public_id}")
async def license_by_address(page: Public, public_id: str) -> Response:
    """What a QR code opens: one question, no script, few bytes."""
    try:
        found = await page.get("lookup", f"/v/{public_id}")
    except PeerRefused as refused:
        if refused.status != 404:
            raise
        return page.show("public/license_unknown.html", status=404)
    return page.show("public/license.html", license=found)


@router.get("/directory-administrators")
async def directory_administrators(page: Public) -> Response:
    found = await page.get("identity", "/directory-administrators")
    return page.show("public/directory_administrators.html", administrators=found)


@router.get("/service-status")
async def service_status(page: Public) -> Response:
    """What works at this moment, in words for everybody."""
    answers = await page.together(*(_is_well(page, name) for name in SERVICE_WORDS))
    services = zip(SERVICE_WORDS.values(), answers, strict=True)
    return page.show("public/service_status.html", services=list(services))


async def _is_well(page: Page, service: str) -> bool:
    try:
        answer = await page.if_there(page.get(service, "/health/ready"), {})
    except PeerRefused:
        return False
    return bool(answer.get("status") == "ready")
