"""What waits at the desks that somebody holds, as lines of "What you need to do next"."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from services.portal.areas import APPROVERS
from services.portal.page import Page
from services.portal.words import _, n_
from services.portal.words.formats import as_instant
from shared.settings import SERVICES

Task = dict[str, str]
WATCHED = tuple(name for name in SERVICES if name != "portal")
WORK_LEFT = ("released", "accepted", "printed", "cleared", "inserted")
"""States of a piece that wait for the print shop."""


async def tasks_of_desks(page: Page) -> list[Task]:
    """The tasks of every role that the person holds today; a desk whose service is away has none."""
    held = [tasks for roles, tasks in _DESKS if page.holds(*roles)]
    return [task for found in await page.together(*(tasks(page) for tasks in held)) for task in found]


async def _queue(page: Page) -> list[Task]:
    counts = (await page.get_or({"counts": {}}, "renewals", "/queue", limit=1))["counts"]
    waiting, overdue, soon = (counts.get(name, 0) for name in ("waiting", "overdue", "due_this_week"))
    if overdue:
        what = n_("Decide %(num)s overdue application", "Decide %(num)s overdue applications", overdue)
        return [_task("/queue?show=overdue", what, n_("%(num)s waits in all.", "%(num)s wait in all.", waiting))]
    if waiting:
        due = n_("%(num)s is due this week.", "%(num)s are due this week.", soon) if soon else ""
        what = n_("Decide %(num)s application", "Decide %(num)s applications", waiting)
        return [_task("/queue", what, due or _("None is due this week."))]
    return []


async def _doubtful(page: Page) -> list[Task]:
    cases = await page.get_or([], "identity", "/cases")
    link = "/directory" if page.holds("directory_administrator") else "/office/profiles"
    what = n_("Check %(num)s profile", "Check %(num)s profiles", len(cases))
    return [_task(link, what, _("It agrees with a record only in part."))] if cases else []


async def _cases(page: Page) -> list[Task]:
    cases = await page.get_or([], "credentials", "/cases")
    what = n_("Close %(num)s case", "Close %(num)s cases", len(cases))
    return [_task("/office", what, _("A recalled credit or an agency's report needs an officer."))] if cases else []


async def _loads(page: Page) -> list[Task]:
    loads = await page.get_or([], "exchange", "/loads")
    return [
        _task(f"/office/loads/{each['load_id']}", _("Load %(name)s", name=each["name"]),
              _("It is checked; nothing of it is loaded yet."))
        for each in loads if each["state"] == "checked"
    ]  # fmt: skip


async def _print_desk(page: Page) -> list[Task]:
    desk = await page.get_or({"batches": [], "stock": {}}, "printing", "/desk")
    free = [each for each in desk["batches"] if _is_free(each)]
    tasks = [
        _task(f"/print/batches/{each['batch_id']}", _("Take batch %(number)s", number=each["number"]),
              n_("%(num)s piece", "%(num)s pieces", each["pieces"]))
        for each in free
    ]  # fmt: skip
    off = desk["stock"].get("last_count_off_by")
    return tasks + (
        [_task("/print/stock", _("Recount the paper"), _("The last count did not balance."))] if off else []
    )


def _is_free(batch: Mapping[str, Any]) -> bool:
    """Whether it has work left and nobody has taken it; leases follow real time."""
    until = as_instant(batch["lease_until"])
    return (until is None or until < datetime.now(UTC)) and any(batch["counts"].get(state) for state in WORK_LEFT)


async def _dead_letters(page: Page) -> list[Task]:
    answers = await page.together(*(page.get_or({}, name, "/health/ready") for name in WATCHED))
    dead = sum(each.get("database", {}).get("dead_letters", 0) for each in answers)
    what = n_("Look at %(num)s dead letter", "Look at %(num)s dead letters", dead)
    why = n_("It could not take effect.", "They could not take effect.", dead)
    return [_task("/ops/dead-letters", what, why)] if dead else []


def _task(link: str, what: str, why: str) -> Task:
    return {"link": link, "what": what, "why": why, "when": ""}


_DESKS: tuple[tuple[tuple[str, ...], Callable[[Page], Awaitable[list[Task]]]], ...] = (
    (APPROVERS, _queue),
    (("directory_administrator", "licensing_officer"), _doubtful),
    (("licensing_officer",), _cases),
    (("loader",), _loads),
    (("print_shop",), _print_desk),
    (("operator",), _dead_letters),
)
