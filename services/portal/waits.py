"""Whom what stands still waits for, and what comes next: no wait without a name. Source: the pages, section 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.portal.words import _
from services.portal.words.formats import as_instant
from shared.policies import Policy
from shared.policies.calendar import local_date


@dataclass(frozen=True, slots=True)
class Wait:
    """Who has it, why, what comes next, and by when, where there is a limit."""

    holder: str
    next: str
    why: str = ""
    by: date | None = None


def wait_of(job: Mapping[str, Any]) -> Wait:
    """Whom a print job that is held waits for."""
    if job["hold"]:
        return Wait(_("State office"), _("An officer decides whether it is printed."))
    if job["reason_code"] == "no-address":
        name = job["name"] or _("The educator")
        return Wait(name, _("With an address it prints at the next cut."))
    return Wait(_("Operations"), _("It prints at the next cut once the record is here; look at the dead letters."))


def wait_of_load(load: Mapping[str, Any], policy: Policy) -> Wait | None:
    """Whom a load waits for; None where nothing of it is open."""
    if load["state"] == "checked":
        return Wait(
            load["by_name"], _("Load it, or leave it: nothing counts until then."), _("Checked, not loaded yet")
        )
    if load["parked"]:
        at = as_instant(load["at"])
        by = local_date(at, policy) + timedelta(days=policy.office.parked_days) if at else None
        why = _("Their credits wait for their accounts")
        holder = _("Educators who are not known here yet")
        return Wait(holder, _("What nobody has claimed by then is refused."), why, by)
    if load["open"]:
        return Wait(
            _("Licenses and professional development"), _("The receipts come by themselves."), _("Being recorded")
        )
    return None
