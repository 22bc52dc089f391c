"""Filing a renewal: option, originals, address, answers checked, filed. The steps are addresses: Back always works."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.standing import severity
from services.portal.views.development import development_of
from services.portal.words import _, noted, refusal
from shared.errors import NotFound

router = APIRouter(prefix="/renew/{number}")

STEPS = (
    ("option", noted("Option")),
    ("proof", noted("Originals")),
    ("address", noted("Address")),
    ("check", noted("Check your answers")),
)
Code = Annotated[str, Query(max_length=40)]


@router.get("")
async def step(page: SignedIn, number: str, step: Code = "option", option: Code = "", district: Code = "") -> Response:
    """One step; what was chosen before stands in the address."""
    chosen = Form({"option": option, "district_id": district})
    if step != "option" and not option:
        chosen.refuse(_("Choose the way you renew."), "option")
        step = "option"
    return await _show(page, number, step, chosen)


@router.post("")
async def file(page: SignedIn, number: str) -> Response:
    """Files it. Sent twice, it is filed once, and both ways lead to the same receipt."""
    form = await page.form()
    with form.trying(district_id="district_id"):
        form.require(option=_("Choose the way you renew."))
        license = await page.get("credentials", f"/licenses/{number}")
        body = {"license_id": license["license_id"], "option": form["option"]}
        if form["district_id"]:
            body["district_id"] = form["district_id"]
        made = await page.post("renewals", "/applications", body, form=form)
        said = _("Renewal received. Reference %(reference)s. Your credits are being checked.", **_reference(made))
        return page.see(f"/applications/{made['reference']}", said)
    return await _show(page, number, "option" if "option" in form.errors else "check", form)


def _reference(made: dict[str, Any]) -> dict[str, str]:
    return {"reference": made["reference"]}


async def _show(page: Page, number: str, step: str, form: Form) -> Response:
    names = [name for name, _title in STEPS]
    if step not in names:
        raise NotFound
    development, me, organizations = await page.together(
        development_of(page, number),
        page.get("identity", "/me"),
        page.if_there(page.get("identity", "/organizations", kind="district"), []),
    )
    districts = [each for each in organizations if each["organization_id"] in me["districts"]]
    option = next((each for each in development["options"] if each["code"] == form["option"]), None)
    if step != "option" and development["open_filing"]:
        return await _show(page, number, "option", form)  # which says so
    if step != "option" and (option is None or not option["can_file"]):
        return await _show(page, number, "option", _closed(form, option))
    kept = {name: form[name] for name in ("option", "district_id") if form[name]}
    return page.show(
        f"renew/{step}.html",
        form=form,
        development=development,
        license=development["license"],
        me=me,
        districts=districts,
        district=_chosen(districts, form["district_id"]),
        option=option,
        originals=_originals(development, option),
        severity=severity(development["obstacle"]),
        steps=[_(title) for _name, title in STEPS],
        at=names.index(step) + 1,
        to=lambda other: f"/renew/{number}?{urlencode({'step': other} | kept).replace('district_id', 'district')}",
    )


def _closed(form: Form, option: dict[str, Any] | None) -> Form:
    """The form with why this way can't be filed, unless a service has said so already."""
    obstacle = option["obstacle"] if option else None
    sentence = refusal(obstacle["text"]) if obstacle else _("Choose the way you renew.")
    if not form.errors and not form.notice:
        form.refuse(sentence, "option")
    return form


def _chosen(districts: list[Any], organization_id: str) -> Any:
    """The district that decides: the one chosen, or the only one."""
    if len(districts) == 1:
        return districts[0]
    return next((each for each in districts if each["organization_id"] == organization_id), None)


def _originals(development: dict[str, Any], option: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The credits that filing would set aside and that an original must prove, as credentials will ask for them."""
    held = option["sets_aside"] if option else ()
    return [credit for credit in development["credits"] if credit["credit_id"] in held and credit["original"]]
