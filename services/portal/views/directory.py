"""A district's directory: staff, dated roles, doubtful profiles; and a superintendent's delegations and absences."""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.areas import ROLE_NAMES
from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.words import _
from shared.errors import Forbidden

router = APIRouter()

GRANTED = ("superintendent", "personnel_administrator")


@router.get("/directory")
async def directory(page: SignedIn) -> Response:
    return await _show(page, Form())


@router.post("/directory/staff")
async def add_staff(page: SignedIn) -> Response:
    """Somebody new; if people on file are alike, the form asks first whether it is one of them."""
    organization = _organization(page, "directory_administrator")
    form = await page.form()
    with form.trying(name="last"):
        form.require(first=_("Enter the first name."), last=_("Enter the last name."))
        body = {
            "name": {"first": form["first"], "last": form["last"]},
            "first_day": form["first_day"] or page.today.isoformat(),
            "is_none_of_these": bool(form["is_none_of_these"]),
        }
        await page.post("identity", f"/organizations/{organization}/staff", body, form=form)
        return page.see("/directory", _("Added."))
    return await _show(page, form)


@router.post("/directory/roles")
async def grant(page: SignedIn) -> Response:
    """A role with its first day and, perhaps, its last."""
    organization = _organization(page, "directory_administrator")
    form = await page.form()
    with form.trying():
        form.require(person_id=_("Choose somebody."), role=_("Choose a role."))
        body = {
            "person_id": form["person_id"],
            "role": form["role"],
            "first_day": form["role_first_day"] or page.today.isoformat(),
            "last_day": form["role_last_day"] or None,
        }
        await page.post("identity", f"/organizations/{organization}/roles", body, form=form)
        return page.see("/directory", _("The role is granted."))
    return await _show(page, form)


@router.post("/directory/roles/{grant_id}/revoke")
async def revoke(page: SignedIn, grant_id: UUID) -> Response:
    form = await page.form()
    with form.trying():
        await page.post("identity", f"/roles/{grant_id}/revoke", form=form)
        return page.see("/directory", _("The role is taken away."))
    return await _show(page, form)


@router.post("/directory/cases/{case_id}")
async def decide_case(page: SignedIn, case_id: UUID) -> Response:
    """Same person as one on file, or somebody else."""
    form = await page.form()
    with form.trying():
        form.require(same_as=_("Choose one."))
        same_as = None if form["same_as"] == "nobody" else form["same_as"]
        body = {"same_as": same_as, "take_claim": bool(form["take_claim"])}
        await page.post("identity", f"/cases/{case_id}/decision", body, form=form)
        there = "/directory" if page.holds("directory_administrator") else "/office/profiles"
        return page.see(there, _("Decided. The person is written to."))
    return await _show(page, form) if page.holds("directory_administrator") else await show_doubtful(page, form)


@router.get("/office/profiles")
async def doubtful(page: SignedIn) -> Response:
    """Every profile in doubt, of all districts and of none, for the state's office."""
    return await show_doubtful(page, Form())


async def show_doubtful(page: Page, form: Form) -> Response:
    page.require("licensing_officer")
    return page.show("office/profiles.html", form=form, cases=await page.get("identity", "/cases"), full_name=full_name)


@router.get("/delegations")
async def delegations(page: SignedIn) -> Response:
    return await _show_delegations(page, Form())


@router.post("/delegations")
async def delegate(page: SignedIn) -> Response:
    organization = _organization(page, "superintendent")
    form = await page.form()
    with form.trying():
        form.require(
            designee_id=_("Choose somebody."),
            first_day=_("Enter the first day."),
            last_day=_("Enter the last day."),
        )
        days = {name: form[name] for name in ("designee_id", "first_day", "last_day")}
        body = {**days, "absence_cover": bool(form["absence_cover"])}
        await page.post("identity", f"/organizations/{organization}/delegations", body, form=form)
        return page.see("/delegations", _("Named. It holds on the days you gave."))
    return await _show_delegations(page, form)


@router.post("/delegations/{delegation_id}/end")
async def end_delegation(page: SignedIn, delegation_id: UUID) -> Response:
    form = await page.form()
    with form.trying():
        await page.post("identity", f"/delegations/{delegation_id}/end", form=form)
        return page.see("/delegations", _("Ended."))
    return await _show_delegations(page, form)


@router.post("/delegations/absence")
async def note_absence(page: SignedIn) -> Response:
    form = await page.form()
    with form.trying(first_day="away_from", last_day="away_until"):
        form.require(away_from=_("Enter the first day."), away_until=_("Enter the last day."))
        body = {"first_day": form["away_from"], "last_day": form["away_until"]}
        await page.post("identity", "/me/absences", body, form=form)
        return page.see("/delegations", _("Noted. Whoever covers for you decides on these days."))
    return await _show_delegations(page, form)


def _organization(page: Page, role: str) -> str:
    """The organization for which the person holds the role today. Raises `Forbidden`."""
    held = page.actor.organizations(role, page.today)
    if not held:
        raise Forbidden
    return str(held[0])


async def _show(page: Page, form: Form) -> Response:
    organization = _organization(page, "directory_administrator")
    district, staff, roles, cases = await page.together(
        page.get("identity", f"/organizations/{organization}"),
        page.get("identity", f"/organizations/{organization}/staff", limit=500),
        page.get("identity", f"/organizations/{organization}/roles"),
        page.get("identity", "/cases", district_id=organization),
    )
    granted = [(role, _(ROLE_NAMES[role])) for role in GRANTED]
    return page.show(
        "directory/directory.html",
        form=form,
        district=district,
        staff=staff,
        staff_names=[(s["person_id"], full_name(s["name"])) for s in staff],
        grants=roles["grants"],
        cases=cases,
        granted=granted,
        role_names=ROLE_NAMES,
        full_name=full_name,
    )


async def _show_delegations(page: Page, form: Form) -> Response:
    is_superintendent = page.holds("superintendent")
    organization = next(
        (str(o) for r in ("superintendent", "personnel_administrator", "designee")
         for o in page.actor.organizations(r, page.today)),
        "",
    )  # fmt: skip
    if not organization:
        raise Forbidden
    staff, roles = await page.together(
        page.get("identity", f"/organizations/{organization}/staff", limit=500),
        page.get("identity", f"/organizations/{organization}/roles"),
    )
    return page.show(
        "directory/delegations.html",
        form=form,
        staff_names=[(s["person_id"], full_name(s["name"])) for s in staff],
        delegations=roles["delegations"],
        is_superintendent=is_superintendent,
    )


def full_name(name: dict[str, str]) -> str:
    """First, middle, last, suffix."""
    return " ".join(name[part] for part in ("first", "middle", "last", "suffix") if name.get(part))
