"""Creating a profile in four pages, with its four outcomes; and the way back for who forgot a password."""

from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, Public
from services.portal.words import _, noted

router = APIRouter()

STEPS = (noted("About you"), noted("Contact"), noted("Work"), noted("Sign-in"))
FIELDS = (
    ("first", "middle", "last", "suffix", "birth_date_month", "birth_date_day", "birth_date_year", "ssn",
     "ssn_last_four", "license_number"),
    ("line1", "line2", "city", "state", "postal_code", "email", "phone"),
    ("district_id",),
    ("user_id", "hint_question"),
)  # fmt: skip
"""What each page asks, and what is carried on to the next; passwords and hint answers are not."""
SECRET = ("ssn", "ssn_last_four", "birth_date_month", "birth_date_day", "birth_date_year")
"""Asked once, only to match records: kept sealed, and never given back to a browser."""
SECONDS = 60 * 60


@router.get("/account/create")
async def start(page: Public) -> Response:
    return page.show("account/create_start.html", steps=[_(step) for step in STEPS])


@router.post("/account/create")
async def create(page: Public) -> Response:
    """One of the four pages; what was entered before travels along sealed."""
    typed = await page.form()
    so_far = page.site.sealer.open(typed["_so_far"], "profile", SECONDS) or {}
    form = Form(so_far | _typed(typed), typed.lists, key=typed.key)
    at = min(max(int(typed["_step"] or 0) if typed["_step"].isdigit() else 0, 0), len(STEPS))
    if typed["_back"] or at == 0:
        return await _show(page, Form(_entered(form)), max(at - 1, 1))
    with form.trying(user_name="user_id", name="last", contact="line1", password="password"):
        _check(page, form, at)
        if at < len(STEPS):
            return await _show(page, Form(_entered(form)), at + 1)
        made = await page.post("identity", "/profiles", _body(page, form), form=form)
        return page.show("account/created.html", made=made)
    return await _show(page, form, _page_of(form, at))


def _typed(form: Form) -> dict[str, Any]:
    """What was typed now; a secret that stands empty is the one that was given before."""
    return {name: value for name, value in form.values.items() if name not in SECRET or form[name]}


def _entered(form: Form) -> dict[str, Any]:
    """What was typed, without what says how the page was left."""
    return {name: value for name, value in form.values.items() if not name.startswith("_")}


def _check(page: Page, form: Form, at: int) -> None:
    """What each page needs before the next is shown. Raises `ShowAgain`."""
    form.stop_if_refused()
    if at == 1:
        form.day("birth_date", _("Enter your birth date as month, day and year."))
        form.require(first=_("Enter your first name."), last=_("Enter your last name."))
        if "ssn_last_four" in page.policy.accounts.profiles.match_by:
            form.require(ssn_last_four=_("Enter the last four digits of your Social Security number."))
        else:
            form.require(ssn=_("Enter your Social Security number."))
    elif at == 2:
        form.require(
            line1=_("Enter the street or the post office box."),
            city=_("Enter the city."),
            state=_("Enter the state as two letters."),
            postal_code=_("Enter the ZIP code."),
            email=_("Enter an e-mail address."),
        )
    elif at == 4:
        if page.policy.accounts.user_names.policy == "chosen":
            form.require(user_id=_("Choose a %(label)s.", label=page.policy.accounts.user_names.label))
        form.require(password=_("Choose a password."))


def _body(page: Page, form: Form) -> dict[str, Any]:
    return {
        "name": {part: form[part] for part in ("first", "middle", "last", "suffix")},
        "birth_date": form.day("birth_date"),
        "ssn": form["ssn"],
        "ssn_last_four": form["ssn_last_four"],
        "license_number": form["license_number"],
        "contact": contact_of(form),
        "district_id": form["district_id"] or None,
        "user_id": form["user_id"],
        "password": str(form.values.get("password", "")),
        "hint_question": form["hint_question"],
        "hint_answer": form["hint_answer"],
    }


def contact_of(form: Form) -> dict[str, Any]:
    """Address, e-mail and phone, as identity takes them."""
    address = {part: form[part] for part in ("line1", "line2", "city", "state", "postal_code")}
    return {"address": address, "email": form["email"] or None, "phone": form["phone"] or None}


def _page_of(form: Form, at: int) -> int:
    """The page on which the first error is."""
    for number, names in enumerate(FIELDS, start=1):
        if any(name in names or f"{name}_day" in names for name in form.errors):
            return number
    return at


async def _show(page: Page, form: Form, at: int) -> Response:
    districts = await page.if_there(page.get("identity", "/organizations", kind="district"), []) if at == 3 else []
    carried = {name: form[name] for names in FIELDS for name in names if name not in FIELDS[at - 1]}
    carried |= {name: form[name] for name in SECRET}
    return page.show(
        f"account/create_{at}.html",
        form=replace(form, values=dict(form.values) | dict.fromkeys(SECRET, "")),
        given={name for name in SECRET if form[name]},
        at=at,
        steps=[_(step) for step in STEPS],
        so_far=page.site.sealer.seal(carried, "profile"),
        districts=districts,
    )


# ── recovery ─────────────────────────────────────────────────────────────────────────────────────────────────────


@router.get("/recover")
async def recover_page(page: Public) -> Response:
    return page.show("account/recover.html")


@router.post("/recover")
async def ask_for_pin(page: Public) -> Response:
    """One answer for everybody, whether or not there is such an account."""
    form = await page.form()
    with form.trying():
        form.require(user_id=_("Enter your %(label)s.", label=page.policy.accounts.user_names.label))
        await page.post("identity", "/recoveries", {"user_id": form["user_id"]})
        return page.show("account/recover_pin.html", form=Form({"user_id": form["user_id"]}))
    return page.show("account/recover.html", form=form)


@router.post("/recover/password")
async def set_password(page: Public) -> Response:
    form = await page.form()
    with form.trying(password="new_password"):
        form.require(pin=_("Enter the PIN from the message."), new_password=_("Enter a new password."))
        body = {"user_id": form["user_id"], "pin": form["pin"], "hint_answer": form["hint_answer"]}
        await page.post("identity", "/recoveries/password", body | {"new_password": str(form.values["new_password"])})
        return page.see("/sign-in", _("Your new password stands. Sign in with it."))
    return page.show("account/recover_pin.html", form=form)
