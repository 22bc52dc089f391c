"""The state office's people: found by name or number; one person's data and letters; two records made one, and back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from services.portal.forms import Form
from services.portal.page import Page, SignedIn
from services.portal.views.directory import full_name
from services.portal.words import _
from services.portal.words.formats import phone_text
from shared.errors import NotFound

router = APIRouter(prefix="/office/people")

ROLE = "licensing_officer"
SHORTEST = 2
"""Letters that a search needs."""
BOTH = 2
Words = Annotated[str, Query(max_length=100)]
Ids = Annotated[list[UUID] | None, Query(max_length=100)]


@router.get("")
async def search(page: SignedIn, q: Words = "") -> Response:
    """People whose name or number begins so; two of them can be compared."""
    page.require(ROLE)
    return await _show_found(page, Form({"q": q.strip()} if q else {}))


@router.get("/merge")
async def compare(page: SignedIn, id: Ids = None, q: Words = "") -> Response:
    """Two records side by side, and what follows from making them one."""
    page.require(ROLE)
    if len(chosen := set(id or ())) != BOTH:
        form = Form({"q": q.strip()})
        form.refuse(_("Tick the two records that you want to compare."))
        return await _show_found(page, form)
    return await _show_merge(page, sorted(map(str, chosen)), Form())


@router.post("/merge")
async def merge(page: SignedIn) -> Response:
    """Makes two records one; whose page then says so, with the way back."""
    page.require(ROLE)
    form = await page.form()
    both = _both(form)
    with form.trying(winner_id="winner", loser_id="winner"):
        form.require(winner=_("Choose the record that stays."))
        if form["winner"] not in both:
            raise NotFound
        loser = next(each for each in both if each != form["winner"])
        body = {"winner_id": form["winner"], "loser_id": loser, "confirmed_different_ssn": bool(form["ssn_confirmed"])}
        await page.post("identity", "/people/merge", body, form=form)
        return page.see(f"/office/people/{loser}", _("The two records are one now."))
    return await _show_merge(page, both, form)


@router.get("/{person_id}")
async def person(page: SignedIn, person_id: UUID) -> Response:
    page.require(ROLE)
    return await _show_person(page, person_id, Form())


@router.get("/{person_id}/letters/{letter_id}")
async def letter(page: SignedIn, person_id: UUID, letter_id: UUID) -> Response:
    """A letter as it was sent; the office's reading of it is recorded, and makes it no read one."""
    page.require(ROLE)
    found = await page.get("correspondence", f"/letters/{letter_id}")
    return page.show("letters/letter.html", letter=found, back=f"/office/people/{person_id}")


@router.post("/{person_id}/unmerge")
async def unmerge(page: SignedIn, person_id: UUID) -> Response:
    page.require(ROLE)
    form = await page.form()
    with form.trying():
        await page.post("identity", f"/people/{person_id}/unmerge", {}, form=form)
        return page.see(f"/office/people/{person_id}", _("The two records are separate again."))
    return await _show_person(page, person_id, form)


@router.post("/{person_id}/letters")
async def write(page: SignedIn, person_id: UUID) -> Response:
    """Writes a letter; it stands in the educator's inbox and is mailed or e-mailed as they wish."""
    page.require(ROLE)
    form = await page.form()
    with form.trying():
        form.require(subject=_("Enter the subject."), text=_("Write the letter."))
        body = {"person_id": str(person_id), "subject": form["subject"], "text": form["text"]}
        await page.post("correspondence", "/letters", body, form=form)
        return page.see(f"/office/people/{person_id}", _("The letter is sent."))
    return await _show_person(page, person_id, form)


def _both(form: Form) -> list[str]:
    """The two records of the form. Raises `NotFound` for anything else: our page sends two."""
    try:
        both = [str(UUID(form[name])) for name in ("one", "other")]
    except ValueError:
        raise NotFound from None
    if len(set(both)) != BOTH:
        raise NotFound
    return both


async def _show_found(page: Page, form: Form) -> Response:
    found: list[Any] = []
    is_asked = len(form["q"]) >= SHORTEST
    if form["q"] and not is_asked:
        form.refuse(_("Enter at least 2 letters, or the whole number."), "q")
    if is_asked:
        found = await page.get("identity", "/people", q=form["q"])
    return page.show("office/people.html", form=form, found=found, is_asked=is_asked, full_name=full_name)


async def _show_merge(page: Page, both: list[str], form: Form) -> Response:
    one, other, licenses, others = await page.together(
        *(page.get("identity", f"/people/{each}") for each in both),
        *(page.if_there(page.get("credentials", f"/people/{each}/licenses"), []) for each in both),
    )
    sides = [_side(one, licenses), _side(other, others)]
    rows = [(words, *(side[words] for side in sides)) for words in sides[0]]
    return page.show("office/merge.html", form=form, people=[one, other], rows=rows, full_name=full_name)


def _side(found: dict[str, Any], licenses: list[Any]) -> dict[str, str]:
    """What is compared of a record, by what it is called; a Social Security number is never shown."""
    address = found["address"]
    return {
        _("Name"): full_name(found["name"]),
        _("Former names"): ", ".join(full_name(each) for each in found["former_names"]),
        _("E-mail"): found["email"] or "",
        _("Phone"): phone_text(found["phone"]),
        _("Address"): f"{address['line1']}, {address['city']}" if address else "",
        _("Licenses"): ", ".join(each["number"] for each in licenses),
    }


async def _show_person(page: Page, person_id: UUID, form: Form) -> Response:
    found, licenses, inbox = await page.together(
        page.get("identity", f"/people/{person_id}"),
        page.if_there(page.get("credentials", f"/people/{person_id}/licenses")),
        page.if_there(page.get("correspondence", "/letters", person_id=str(person_id))),
    )
    former = ", ".join(full_name(each) for each in found["former_names"])
    return page.show(
        "office/person.html", form=form, person=found, name=full_name(found["name"]), former=former,
        licenses=licenses, inbox=inbox,
    )  # fmt: skip
