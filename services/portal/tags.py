"""Internal states as people read them: one table of colors and words (design: the pages, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.portal.words import _, noted, refusal
from services.portal.words.formats import day_text


@dataclass(frozen=True, slots=True)
class Tag:
    """A word in a color: gray is over, blue goes on, yellow needs somebody, green is well, red is stopped."""

    color: str
    words: str


LICENSE = {
    "active": ("green", noted("Active")),
    "provisional": ("green", noted("Active, can't be renewed")),
    "not_begun": ("gray", noted("Not begun")),
    "expired": ("gray", noted("Expired %(date)s")),
    "suspended": ("red", noted("Suspended")),
    "revoked": ("red", noted("Revoked")),
}

APPLICATION = {
    "received": ("blue", noted("Checking credits")),
    "refused": ("yellow", noted("Not filed")),
    "waiting": ("blue", noted("Waiting for a decision")),
    "approved": ("green", noted("Approved, renewing")),
    "blocked": ("yellow", noted("Stopped, the state office has it")),
    "completed": ("green", noted("Renewed to %(date)s")),
    "returned": ("yellow", noted("Sent back, to fix")),
    "denied": ("red", noted("Not approved")),
    "withdrawn": ("gray", noted("Withdrawn")),
    "replaced": ("gray", noted("Filed again")),
    "reversing": ("yellow", noted("Approval taken back")),
    "undone": ("yellow", noted("Approval taken back")),
}

PIECE = {
    "waiting": ("blue", noted("Prints %(date)s")),
    "queued": ("blue", noted("Prints %(date)s")),
    "cut": ("blue", noted("In today's batch")),
    "released": ("blue", noted("At print shop")),
    "accepted": ("blue", noted("At print shop")),
    "printed": ("blue", noted("Printed")),
    "cleared": ("blue", noted("Cleared for its envelope")),
    "inserted": ("blue", noted("In its envelope")),
    "mailed": ("green", noted("Mailed %(date)s")),
    "held": ("yellow", noted("Printing held")),
    "returned": ("yellow", noted("Came back, check address")),
    "spoiled": ("gray", noted("Being reprinted")),
    "stopped": ("gray", noted("Printing stopped")),
    "void": ("gray", noted("Replaced by another copy")),
}

UNDATED = {"waiting": noted("Waiting to be printed"), "queued": noted("Waiting to be printed"),
           "mailed": noted("Mailed")}  # fmt: skip

LOAD = {
    "checking": ("blue", noted("Being checked")),
    "checked": ("yellow", noted("Checked, not loaded yet")),
    "loading": ("blue", noted("Loading")),
    "loaded": ("green", noted("Loaded")),
    "recalling": ("blue", noted("Being recalled")),
    "recalled": ("gray", noted("Recalled")),
    "failed": ("red", noted("Failed")),
}

READINESS = {
    "filed": ("blue", noted("Filed")),
    "ready": ("green", noted("Ready to be filed")),
    "short": ("yellow", noted("Short")),
    "not_due": ("gray", noted("Not due yet")),
    "not_renewable": ("red", noted("Not renewable")),
    "ended": ("gray", noted("Ended")),
}

REBUILD = {
    "asked": ("blue", noted("Asked for")),
    "building": ("blue", noted("Being built")),
    "done": ("green", noted("Done")),
    "failed": ("red", noted("Failed")),
}

LETTER = {
    "dead": ("red", noted("Dead")),
    "parked": ("yellow", noted("Parked behind another")),
    "replayed": ("green", noted("Replayed")),
    "discarded": ("gray", noted("Discarded")),
}


def license_tag(status: str, until: Any = None) -> Tag:
    """A license's status."""
    return _tag(LICENSE, status, date=day_text(until))


def application_tag(application: Mapping[str, Any]) -> Tag:
    """An application's state; who reviews it, where somebody does."""
    state, claim = str(application["state"]), application.get("claim")
    if state == "waiting" and claim:
        return Tag("blue", _("%(name)s is reviewing", name=claim["name"]))
    if state == "waiting" and "status" in application:
        return Tag("blue", refusal(application["status"]["label"]))
    return _tag(APPLICATION, state, date=day_text(application.get("new_end")))


def piece_tag(state: str, day: date | str | None = None) -> Tag:
    """Where a printed license is; of many at once, without a day."""
    if day is None and state in UNDATED:
        return Tag(PIECE[state][0], _(UNDATED[state]))
    return _tag(PIECE, state, date=day_text(day))


def letter_tag(state: str) -> Tag:
    """What became of a dead letter."""
    return _tag(LETTER, state)


def readiness_tag(readiness: str) -> Tag:
    """How far the renewal of a license is."""
    return _tag(READINESS, readiness)


def rebuild_tag(state: str) -> Tag:
    """How far a rebuild is."""
    return _tag(REBUILD, state)


def load_tag(state: str) -> Tag:
    """How far a load is."""
    return _tag(LOAD, state)


def _tag(table: Mapping[str, tuple[str, str]], state: str, **values: str) -> Tag:
    """An open enum: a state that the table does not know is shown by its own name, in gray."""
    color, words = table.get(state, ("gray", state.replace("_", " ").capitalize()))
    return Tag(color, _(words, **values) if state in table else words)
