"""What happened, in words: one row per kind of entry in an application's history."""

from datetime import date, datetime

from services.renewals.domain.words import long_date, weekday_date
from shared.policies import Policy
from shared.policies.calendar import local_date

SENTENCES = {
    "filed": "Filed",
    "refused": "Not filed: {detail}",
    "queued": "Credits checked and set aside; waiting for a decision",
    "claimed": "Review begun",
    "released": "Review given up",
    "original-seen": "Original seen: {detail}",
    "original-not-seen": "Original not seen after all: {detail}",
    "approved": "Approved",
    "returned": "Sent back: {detail}",
    "denied": "Not approved: {detail}",
    "withdrawn": "Withdrawn",
    "replaced": "Filed again; this application is closed",
    "recalled": "Sent back: {detail}",
    "credit-recalled": "A credit was taken back after the approval: {detail}",
    "moved": "Moved with the educator to {detail}",
    "escalated": "The time limit is over; the state office steps in",
    "renewed": "Renewed to {detail}",
    "blocked": "Stopped: {detail}",
    "reversed": "Approval taken back: {detail}",
    "undone": "The license is as it was before the approval",
    "paper-queued": "Prints {detail}",
    "paper-held": "Printing held: {detail}",
    "paper-released": "At the print shop",
    "paper-printed": "Printed",
    "paper-spoiled": "Being reprinted",
    "paper-mailed": "Mailed {detail}",
    "mail-returned": "Came back in the mail: {detail}",
    "paper-stopped": "Printing stopped: {detail}",
}


def sentence(what: str, detail: str, policy: Policy) -> str:
    """One entry of a history as people read it."""
    words = detail
    if what == "renewed":
        words = long_date(date.fromisoformat(detail))
    elif what == "paper-queued":
        words = weekday_date(date.fromisoformat(detail))
    elif what == "paper-mailed":
        words = long_date(local_date(datetime.fromisoformat(detail), policy))
    elif what == "moved":
        words = detail or "the state office"
    return SENTENCES.get(what, what).format(detail=words)
