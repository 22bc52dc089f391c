"""Why something cannot be done to an application.

Refused      DistrictNeeded · DistrictNotYours · OriginalsNotSeen · NoSuchOriginal · NotFiled · KindUnknown
Forbidden    OwnApplication · NotForYou
Conflict     AlreadyOpen · AlreadyDecided · ClaimedByAnother · NotClaimed · ChangedSince · NotNow ·
                 TooLateToUndo · Moved
NotFound     NoSuchApplication
"""

from typing import Any

from shared.errors import Conflict, Forbidden, NotFound, Refused


class NoSuchApplication(NotFound):
    """No application has this id or reference, or it is not this person's to see."""

    text = "No application of yours or of your queue has this reference."


class NotFiled(Refused):
    """Credentials says that the renewal is not earned: its own code, words and field."""

    text = "{detail}"

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(
            field=problem.get("field") or "option", detail=problem.get("detail") or "The renewal is not earned yet."
        )
        self.problem_code = str(problem.get("code") or "not-filed")

    @property
    def code(self) -> str:
        return self.problem_code


class KindUnknown(Refused):
    """This state has no such application, or not in this service."""

    text = "{kind!r} is no kind of application here."
    field = "kind"


class AlreadyOpen(Conflict):
    """A license has one open application at a time."""

    text = "An application for this license is still open: {reference}."
    field = "license_id"


class DistrictNeeded(Refused):
    """Several districts employ the educator."""

    text = "Choose the district that decides: {districts}."
    field = "district_id"


class DistrictNotYours(Refused):
    """The district named does not employ the educator."""

    text = "You do not work for that district as far as we know."
    field = "district_id"


class OwnApplication(Forbidden):
    """Nobody decides their own."""

    text = "You can't decide your own application."


class NotForYou(Forbidden):
    """The application waits in another queue."""

    text = "You may not decide this application: it is with {holder}."


class AlreadyDecided(Conflict):
    """A second decider is told who was first, and when."""

    text = "{name} {did} this {when} Yours was not recorded."


class NotNow(Conflict):
    """The state does not allow it."""

    text = "This application is {state}; that is not possible any more."


class ClaimedByAnother(Conflict):
    """Somebody else is reviewing it."""

    text = "Since {since} {name} is reviewing this. Ask them to release it."


class NotClaimed(Conflict):
    """There is no claim to give up."""

    text = "Nobody has claimed this application."


class ChangedSince(Conflict):
    """The page that was decided on shows an earlier version."""

    text = "This application has changed since you opened it. Read it again, then decide."
    field = "version"


class Moved(Conflict):
    """The application went to another queue while it was decided on."""

    text = "This application has just moved to another queue."


class OriginalsNotSeen(Refused):
    """Each original must be seen before an approval."""

    text = "Tick the original for {titles}, or choose Return."
    field = "originals"


class NoSuchOriginal(Refused):
    """The checklist has no such line."""

    text = "The checklist has no original number {number}."
    field = "seen"


class TooLateToUndo(Conflict):
    """Its paper is already being made."""

    text = "The license is already being printed, so the approval can't be undone any more."
