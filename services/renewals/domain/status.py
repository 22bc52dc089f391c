"""Where an application is, why, what comes next and by when: every wait names its holder, reason, next step and date.

Source: pages.md, "Application status" and the table of tags.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from services.renewals.domain.application import Application
from services.renewals.domain.holders import Desk
from services.renewals.domain.states import State
from services.renewals.domain.words import long_date, weekday_date


@dataclass(frozen=True, slots=True)
class Status:
    """The answer. `label` is the tag's words; `by` the date of the next step, where there is one."""

    label: str
    where: str
    why: str
    next: str
    by: date | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a status depends on beside the application itself. `office` is the state's, `paper` printing's last word.

    `file_by` is the last safe date to file again, `services_by` and `office_by` are when the services have done their
    part and the state's office its own; None where nothing is to be done any more.
    """

    district: Desk | None
    office: Desk
    paper: str
    prints_on: date | None
    mailed: bool
    today: date
    file_by: date | None = None
    services_by: date | None = None
    office_by: date | None = None

    @property
    def desk(self) -> Desk:
        """Who decides."""
        return self.district or self.office


def status_of(application: Application, around: Circumstances) -> Status:
    """Where, why, next, by when."""
    return _STATUS[application.state](application, around)


def _waiting(application: Application, around: Circumstances) -> Status:
    claimed, desk = application.claim, around.desk
    label = f"{claimed.name} is reviewing" if claimed else f"With {desk.name}"
    where = f"{claimed.name}, {desk.name}" if claimed else desk.words
    if desk.others and not claimed:
        where += f"; {', '.join(desk.others)} may decide too"
    left = application.wanted - application.seen
    if not left:
        why, step = "Not decided yet", "A decision"
    else:
        place = ", ".join(part for part in (desk.place, desk.hours) if part)
        why = f"{left} of {application.wanted} originals not seen"
        step = f"Show your originals to {desk.person or desk.name}" + (f" ({place})" if place else "")
    return Status(label, where, why, step + _deadline(application, around), application.due_on)


def _deadline(application: Application, around: Circumstances) -> str:
    if around.district is None:
        return f" by {weekday_date(application.due_on)}"
    if application.to_state:
        return "; the time limit is over, the state office may decide too"
    return f" by {weekday_date(application.due_on)}; then the state office steps in"


def _completed(application: Application, around: Circumstances) -> Status:
    until = application.reserved.new_valid_until if application.reserved else None
    label = f"Renewed to {long_date(until)}" if until else "Renewed"
    if not around.mailed and not around.paper:
        return Status(label, "Done", "The license is renewed", "Nothing; ask for a paper license if you need one")
    where, step = PAPER.get(around.paper, ("Print desk", "The license is printed and mailed"))
    by = around.prints_on if around.paper == "paper-queued" else None
    if by is not None:
        step = f"Prints {weekday_date(by)}, then it is mailed"
    return Status(label, where, WHY.get(around.paper, "The license is renewed"), step, by)


WHY = {"mail-returned": "It came back in the mail", "paper-held": "Printing is held"}
PAPER = {
    "paper-queued": ("Print desk", "The license is printed and mailed"),
    "paper-held": ("Print desk", "Printing is held; see below for what is missing"),
    "paper-released": ("Print shop", "The license is printed and mailed"),
    "paper-printed": ("Print shop", "The license is mailed"),
    "paper-spoiled": ("Print shop", "The license is printed again and mailed"),
    "paper-mailed": ("In the mail", "Nothing; the license is on its way to you"),
    "mail-returned": ("Print desk", "Check your mailing address"),
    "paper-stopped": ("Print desk", "No paper is made; see below for why"),
}


def _reason(application: Application) -> str:
    return application.reason.text if application.reason else ""


def _fixed(label: str, where: str, why: str, step: str, by: str = "") -> Callable[[Application, Circumstances], Status]:
    """A status whose words stand still but for the district and the reason; `by` names the date of its next step."""

    def status(application: Application, around: Circumstances) -> Status:
        words = {"desk": around.desk.name, "office": around.office.name, "reason": _reason(application)}
        label_, where_, why_, step_ = (text.format_map(words) for text in (label, where, why, step))
        return Status(label_, where_, why_, step_, getattr(around, by) if by else None)

    return status


_FREE = "Your credits are free again"
_STATUS: dict[State, Callable[[Application, Circumstances], Status]] = {
    State.RECEIVED: _fixed(
        "Checking credits", "Automatic check", "Your credits are checked", "Then it goes to {desk}", "services_by"
    ),
    State.WAITING: _waiting,
    State.COMPLETED: _completed,
    State.APPROVED: _fixed(
        "Approved, renewing", "Automatic", "The license is being extended", "Nothing to do", "services_by"
    ),
    State.BLOCKED: _fixed("Stopped, {reason}", "{office}", "{reason}", "An officer looks at it", "office_by"),
    State.RETURNED: _fixed(
        "Sent back", "With you", "{reason}", f"{_FREE}; fix what is named and file again", "file_by"
    ),
    State.REFUSED: _fixed(
        "Not filed", "With you", "{reason}", "Nothing was set aside; file again when it is met", "file_by"
    ),
    State.DENIED: _fixed("Not approved", "Closed", "{reason}", _FREE),
    State.WITHDRAWN: _fixed("Withdrawn", "Closed", "You withdrew it", _FREE),
    State.REPLACED: _fixed("Filed again", "Closed", "A later filing took its place", "See the later application"),
    State.REVERSING: _fixed(
        "Approval taken back", "Automatic", "{reason}", "The license goes back to how it was", "services_by"
    ),
    State.UNDONE: _fixed("Approval taken back", "Closed", "{reason}", f"{_FREE}; you may file again", "file_by"),
}
