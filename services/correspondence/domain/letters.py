"""Which letter each fact leads to. One function a fact: what happened, in the words that its template needs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts import Event
from shared.contracts.credentials import (
    CreditRecalled,
    CreditRefused,
    CreditsReserved,
    FilingRefused,
    LicenseChanged,
    LicenseExpired,
    LicenseIssued,
    LicenseReinstated,
    LicenseRenewed,
    LicenseRevoked,
    LicenseSuspended,
    RenewalRefused,
    RenewalUndone,
)
from shared.contracts.identity import ContactChanged, NameChanged, PeopleMerged, PeopleUnmerged
from shared.contracts.printing import LicenseMailed, MailReturned, PieceHeld
from shared.contracts.renewals import ApplicationDenied, ApplicationFiled, ApplicationReturned, ApplicationWithdrawn
from shared.ids import PersonId
from shared.policies import Policy
from shared.policies.calendar import last_safe_date

SILENT = frozenset({"filed", "withdrawn"})
"""Kinds that are not e-mailed: the person did it a moment ago, and the next letter follows at once."""

TOLD_CHANGES = frozenset({"license_class", "license_type", "endorsements", "periods"})
"""What of a license's changes its holder is told. A hold is private, and has its own place on their pages."""

ENDS_MATTER = frozenset({"returned", "denied", "withdrawn", "credit_recalled"})
"""Kinds that tell when the license ends, and the last safe date, if the application's own letter said so."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to be written: its kind, its natural key within the kind, and what its text is filled with.

    Of an application, what earlier letters said (its reference, when the license ends) is filled in too.
    """

    kind: str
    key: tuple[object, ...]
    person_id: PersonId
    cause: Event | None
    data: dict[str, Any]
    application_id: UUID | None = None
    district_id: UUID | None = None

    @property
    def place(self) -> str:
        """What the letter's id is made from: writing it again is the same letter."""
        return place(self.kind, *self.key)


def place(kind: str, *key: object) -> str:
    """The kind and the natural key of a letter, as one text."""
    return "/".join((kind, *map(str, key)))


# ---- applications -----------------------------------------------------------------------------------------------


def filed(fact: ApplicationFiled, policy: Policy) -> Letter:
    """Proof of filing: the reference, and the moment that counts."""
    data = {"reference": fact.reference, "option": _option(fact.option, policy), "filed_at": fact.filed_at}
    key = (fact.application_id,)
    return Letter("filed", key, fact.person_id, fact, data, fact.application_id, fact.district_id)


def reserved(fact: CreditsReserved, policy: Policy) -> Letter:
    """It waits for its decision: what to bring, and what it will lead to."""
    data = {
        "option": _option(fact.option, policy),
        "totals": [{"amount": total.amount, "unit": _unit(total.unit, policy)} for total in fact.totals],
        "originals": [{"title": each.title, "must_show": each.must_show} for each in fact.originals],
        "ends_on": fact.from_valid_until,
        "new_end": fact.new_valid_until,
        "last_safe": last_safe_date(fact.from_valid_until, policy),
    }
    return Letter("reserved", (fact.application_id,), fact.person_id, fact, data, fact.application_id)


def filing_refused(fact: FilingRefused, policy: Policy) -> Letter:
    data = {"reason": fact.reason.text}
    return Letter("filing_refused", (fact.application_id,), fact.person_id, fact, data, fact.application_id)


def returned(fact: ApplicationReturned, policy: Policy) -> Letter:
    """An application may be returned more than once: each time is a letter."""
    data = {"reason": fact.reason.text, "by": fact.returned_by.name if fact.returned_by else ""}
    key = (fact.application_id, fact.said.id)
    return Letter("returned", key, fact.person_id, fact, data, fact.application_id, _of(fact.returned_by))


def denied(fact: ApplicationDenied, policy: Policy) -> Letter:
    data = {"reason": fact.reason.text, "by": fact.denied_by.name}
    key = (fact.application_id,)
    return Letter("denied", key, fact.person_id, fact, data, fact.application_id, _of(fact.denied_by))


def withdrawn(fact: ApplicationWithdrawn, policy: Policy) -> Letter:
    return Letter("withdrawn", (fact.application_id,), fact.person_id, fact, {}, fact.application_id)


def _of(authority: Any) -> UUID | None:
    return authority.organization_id if authority else None


def _option(code: str, policy: Policy) -> str:
    option = policy.find_option(code)
    return option.name if option else code


def _unit(code: str, policy: Policy) -> str:
    return next((unit.name for unit in policy.development.units if unit.code == code), code)


# ---- licenses ---------------------------------------------------------------------------------------------------


def renewed(fact: LicenseRenewed, policy: Policy) -> Letter:
    """One letter for each period of a license, however often and by whichever application it is said."""
    data = {
        "number": fact.number,
        "previous_until": fact.previous_until,
        "effective_from": fact.period.effective_from,
        "valid_until": fact.period.valid_until,
    }
    key = (fact.license_id, fact.period.valid_until, fact.application_id)
    return Letter("renewed", key, fact.person_id, fact, data, fact.application_id)


def renewal_refused(fact: RenewalRefused, policy: Policy) -> Letter:
    data = {"number": fact.number, "reason": fact.reason.text}
    return Letter("renewal_refused", (fact.application_id,), fact.person_id, fact, data, fact.application_id)


def renewal_undone(fact: RenewalUndone, policy: Policy) -> Letter:
    data = {"number": fact.number, "valid_until": fact.back_to, "undone_until": fact.period.valid_until}
    return Letter("renewal_undone", (fact.application_id,), fact.person_id, fact, data, fact.application_id)


def issued(fact: LicenseIssued, policy: Policy) -> Letter:
    data = {
        "number": fact.number,
        "effective_from": fact.period.effective_from,
        "valid_until": fact.period.valid_until,
    }
    return Letter("issued", (fact.license_id,), fact.person_id, fact, data, fact.application_id)


def changed(fact: LicenseChanged, policy: Policy) -> Letter | None:
    told = sorted(TOLD_CHANGES & set(fact.changed))
    data = {"number": fact.number, "changed": told}
    return Letter("changed", (fact.said.id,), fact.person_id, fact, data) if told else None


def expired(fact: LicenseExpired, policy: Policy) -> Letter:
    data = {"number": fact.number, "valid_until": fact.valid_until, "ways": [w.name for w in policy.reinstatements]}
    return Letter("expired", (fact.license_id, fact.valid_until), fact.person_id, fact, data)


def suspended(fact: LicenseSuspended, policy: Policy) -> Letter:
    data = {"number": fact.number, "on": fact.on, "until": fact.until, "note": fact.note}
    return Letter("suspended", (fact.said.id,), fact.person_id, fact, data)


def revoked(fact: LicenseRevoked, policy: Policy) -> Letter:
    return Letter("revoked", (fact.said.id,), fact.person_id, fact, _standing(fact))


def reinstated(fact: LicenseReinstated, policy: Policy) -> Letter:
    return Letter("reinstated", (fact.said.id,), fact.person_id, fact, _standing(fact))


def _standing(fact: LicenseRevoked | LicenseReinstated) -> dict[str, Any]:
    return {"number": fact.number, "on": fact.on, "note": fact.note}


# ---- credits ----------------------------------------------------------------------------------------------------


def credit_refused(fact: CreditRefused, policy: Policy) -> Letter:
    return Letter("credit_refused", (fact.credit_id,), fact.person_id, fact, {"reason": fact.reason.text})


def credit_recalled(fact: CreditRecalled, policy: Policy) -> Letter:
    data = {"reason": fact.reason, "in_application": fact.application_id is not None}
    return Letter("credit_recalled", (fact.credit_id,), fact.person_id, fact, data, fact.application_id)


# ---- paper ------------------------------------------------------------------------------------------------------


def piece_held(fact: PieceHeld, policy: Policy) -> Letter:
    """Once for a job and a reason, however often the daily batch looks at it."""
    key = (fact.job_id, fact.reason.code, fact.reason.text)
    return Letter("piece_held", key, fact.person_id, fact, {"reason": fact.reason.text})


def mailed(fact: LicenseMailed, policy: Policy) -> Letter:
    return Letter("mailed", (fact.piece_id,), fact.person_id, fact, {"mailed_at": fact.mailed_at})


def mail_returned(fact: MailReturned, policy: Policy) -> Letter:
    return Letter("mail_returned", (fact.piece_id,), fact.person_id, fact, {"reason": fact.reason})


# ---- the office -------------------------------------------------------------------------------------------------


def from_office(person_id: PersonId, key: object, *, subject: str, text: str, by: str) -> Letter:
    """What an officer writes to an educator."""
    return Letter("office", (key,), person_id, None, {"title_line": subject, "text": text, "by": by})


# ---- people -----------------------------------------------------------------------------------------------------


def contact_changed(fact: ContactChanged, policy: Policy) -> Letter:
    return Letter("contact_changed", (fact.said.id,), fact.person_id, fact, {"changed": list(fact.changed)})


def name_changed(fact: NameChanged, policy: Policy) -> Letter:
    data = {"before": fact.before.full, "after": fact.after.full}
    return Letter("name_changed", (fact.said.id,), fact.person_id, fact, data)


def merged(fact: PeopleMerged, policy: Policy) -> Letter:
    """Told to the one who remains."""
    return Letter("merged", (fact.said.id,), fact.merged_into, fact, {})


def unmerged(fact: PeopleUnmerged, policy: Policy) -> Letter:
    return Letter("unmerged", (fact.said.id,), fact.was_merged_into, fact, {})
