"""Home: what to do next, at one's desks and for oneself; licenses, applications, letters."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from services.portal.desks import tasks_of_desks
from services.portal.page import Page, SignedIn
from services.portal.standing import closest, with_filing
from services.portal.words import _, n_
from services.portal.words.formats import day_text

router = APIRouter()
MOST_TASKS = 6
NO_LETTERS: dict[str, Any] = {"letters": [], "unread": 0}


@router.get("/home")
async def home(page: SignedIn) -> Response:
    developments, applications, inbox, jobs, desks = await page.together(
        page.if_there(page.get("credentials", "/developments")),
        page.if_there(page.get("renewals", "/applications")),
        page.if_there(page.get("correspondence", "/letters")),
        page.if_there(page.get("printing", "/jobs", person_id=str(page.actor.person_id)), []),
        tasks_of_desks(page),
    )
    developments = developments and _standing(page, developments, applications or [])
    own = [*_addresses(jobs), *_tasks(developments or [], applications or [], inbox or NO_LETTERS)]
    return page.show(
        "home/home.html",
        developments=developments,
        applications=applications,
        inbox=inbox,
        tasks=[*desks, *own][:MOST_TASKS],
    )


@router.get("/credentials")
async def credentials(page: SignedIn) -> Response:
    """The licenses, with the area's own navigation at the left; one license alone opens at once."""
    found, applications = await page.together(
        page.get("credentials", "/developments"), page.get_or([], "renewals", "/applications")
    )
    developments = _standing(page, found, applications)
    if len(developments) == 1:
        return page.see(f"/licenses/{developments[0]['license']['number']}")
    return page.show("home/credentials.html", developments=developments)


def _standing(page: Page, developments: list[Any], applications: list[Any]) -> list[Any]:
    """Each license with how its renewal stands, what is filed included, and the option that is nearest."""
    known = (with_filing(each, applications, page.policy) for each in developments)
    return [each | {"closest": closest(each["options"])} for each in known]


def _tasks(developments: list[Any], applications: list[Any], inbox: Any) -> list[dict[str, str]]:
    """What to do next, each with why and by when: what was sent back first, then renewals, then letters."""
    return [
        *(_returned(a) for a in applications if a["state"] == "returned"),
        *(_originals(a) for a in applications if a["state"] == "waiting" and a["originals_seen"] < a["originals"]),
        *(_renewal(each) for each in developments if each["can_file"]),
        *([_letters(inbox)] if inbox["unread"] and inbox["letters"] else []),
    ]


def _returned(application: dict[str, Any]) -> dict[str, str]:
    return {
        "link": f"/applications/{application['reference']}",
        "what": _("Fix your application %(reference)s", reference=application["reference"]),
        "why": _("It was sent back; the reason stands there."),
        "when": "",
    }


def _originals(application: dict[str, Any]) -> dict[str, str]:
    left, by = application["originals"] - application["originals_seen"], day_text(application["due_on"])
    return {
        "link": f"/applications/{application['reference']}",
        "what": n_("Show %(num)s original", "Show %(num)s originals", left),
        "why": _("Your application %(reference)s waits for it.", reference=application["reference"]),
        "when": _("By %(date)s", date=by),
    }


def _addresses(jobs: list[Any]) -> list[dict[str, str]]:
    """An address to check, where the last paper of a license came back or can't be sent."""
    last = {job["license_id"]: job for job in sorted(jobs, key=lambda job: str(job["due_on"]))}
    why = {
        "returned": _("Your official license came back in the mail."),
        "held": _("Your official license can't be mailed yet."),
    }
    what = {"link": "/account", "what": _("Check your mailing address"), "when": ""}
    return [what | {"why": why[job["stage"]]} for job in last.values() if job["stage"] in why]


def _renewal(development: dict[str, Any]) -> dict[str, str]:
    by, number = day_text(development["last_safe_date"]), development["license"]["number"]
    return {
        "link": f"/renew/{number}",
        "what": _("Renew license %(number)s", number=number),
        "why": _("You have earned what is needed."),
        "when": _("By %(date)s", date=by) if by else "",
    }


def _letters(inbox: Any) -> dict[str, str]:
    """The subject is in the language of the letter, which need not be the reader's."""
    what = n_("Read %(num)s new letter", "Read %(num)s new letters", inbox["unread"])
    return {"link": "/messages", "what": what, "why": inbox["letters"][0]["subject"], "when": "",
            "lang": inbox["letters"][0]["language"]}  # fmt: skip
