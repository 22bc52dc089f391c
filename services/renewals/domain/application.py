"""An application as a value, and what becomes of it when something is done to it.

Every function takes an application and returns the next one, or raises the reason why not. Saving it, and telling
others, is the command's.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.renewals.domain.errors import (
    AlreadyDecided,
    ChangedSince,
    ClaimedByAnother,
    Moved,
    NotClaimed,
    NotForYou,
    NotNow,
    OriginalsNotSeen,
    OwnApplication,
)
from services.renewals.domain.states import NEXT, Action, State
from services.renewals.domain.words import ended, listed, moment, since
from shared.contracts.values import Authority, Reason
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId, ReservationId
from shared.policies import Policy

STATE_ROLE = "licensing_officer"
"""Whoever decides for the state's office holds this role; every other approver decides for a district."""

DID = {
    State.APPROVED: "approved",
    State.COMPLETED: "approved",
    State.BLOCKED: "approved",
    State.RETURNED: "returned",
    State.DENIED: "denied",
    State.REVERSING: "undid",
    State.UNDONE: "undid",
}
IN_WORDS = {
    State.RECEIVED: "still being checked",
    State.REFUSED: "not filed",
    State.BLOCKED: "stopped",
    State.WITHDRAWN: "withdrawn",
    State.REPLACED: "replaced by a later filing",
}


class Claim(NamedTuple):
    """Who is reviewing it, and since when."""

    person_id: PersonId
    name: str
    since: datetime


class Reserved(NamedTuple):
    """What credentials set aside for it, and what its approval will bring."""

    reservation_id: ReservationId
    from_valid_until: date
    new_valid_until: date
    policy_version: str


class Application(NamedTuple):
    """An application as it now stands. `wanted` and `seen` count the originals of its checklist.

    A named tuple, for a frozen data class of so many fields takes eight times as long to make, and to replace.
    """

    application_id: ApplicationId
    version: int
    state: State
    reference: str
    kind: str
    person_id: PersonId
    license_id: LicenseId
    option: str
    filed_at: datetime
    district_id: OrganizationId | None
    to_state: bool
    due_on: date
    claim: Claim | None = None
    wanted: int = 0
    seen: int = 0
    reserved: Reserved | None = None
    decided_by: Authority | None = None
    decided_at: datetime | None = None
    reason: Reason | None = None

    @property
    def about(self) -> dict[str, Any]:
        """Which application, of whom, for which license: as every fact of it says."""
        return {"application_id": self.application_id, "license_id": self.license_id, "person_id": self.person_id}


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides: by which authority, which person ids are theirs, and which version they had before them."""

    by: Authority
    own: Collection[UUID]
    at: datetime
    policy: Policy
    next_version: Callable[[int], int]
    version: int | None = None


def go(application: Application, action: Action) -> State:
    """Where the action leads. Raises `NotNow`."""
    found = NEXT[application.state].get(action)
    if found is None:
        raise NotNow(state=IN_WORDS.get(application.state, application.state.value))
    return found


def approve(application: Application, decider: Decider, unseen: Sequence[str] = ()) -> Application:
    """Approved. `unseen` are the titles of originals that nobody has ticked, where they are known."""
    _may_decide(application, Action.APPROVE, decider)
    if application.seen < application.wanted:
        left = application.wanted - application.seen
        titles = listed([f"‘{title}’" for title in unseen]) if unseen else f"{left} of {application.wanted}"
        raise OriginalsNotSeen(titles=titles, left=left)
    return _decided(application, Action.APPROVE, decider, None)


def send_back(application: Application, decider: Decider, reason: str) -> Application:
    """Returned to the educator, who reads exactly this reason."""
    _may_decide(application, Action.RETURN, decider)
    return _decided(application, Action.RETURN, decider, Reason(code="returned", text=reason))


def deny(application: Application, decider: Decider, reason: str) -> Application:
    """Denied; the educator reads exactly this reason."""
    _may_decide(application, Action.DENY, decider)
    return _decided(application, Action.DENY, decider, Reason(code="denied", text=reason))


def undo(application: Application, decider: Decider, reason: str) -> Application:
    """An approval taken back. Whether its paper is being made already is asked of printing beforehand."""
    check_decider(application, decider)
    return _decided(application, Action.UNDO, decider, Reason(code="undone", text=reason))


def claim(application: Application, decider: Decider) -> Application:
    """Claimed by the decider. Claiming one's own claim again changes nothing."""
    _may_act(application, Action.CLAIM, decider)
    _not_claimed_by_another(application, decider)
    if application.claim is not None:
        return application
    held = Claim(decider.by.person_id, decider.by.name, decider.at)
    return application._replace(version=decider.next_version(application.version), claim=held)


def release(application: Application, decider: Decider, releasers: Collection[str]) -> Application:
    """Free again: by whoever claimed it, or by a role that may release for others (somebody may have fallen ill)."""
    check_decider(application, decider)
    go(application, Action.RELEASE)
    if application.claim is None:
        raise NotClaimed
    if decider.by.role not in releasers:
        _not_claimed_by_another(application, decider)
    return application._replace(version=decider.next_version(application.version), claim=None)


def see(application: Application, decider: Decider) -> Application:
    """In its next version, if the decider may tick originals."""
    _may_act(application, Action.SEE, decider)
    _not_claimed_by_another(application, decider)
    return application._replace(version=decider.next_version(application.version))


def check_decider(application: Application, decider: Decider) -> None:
    """Whether this person, by this authority, decides about this application at all."""
    if application.person_id in decider.own:
        raise OwnApplication
    if decider.version is not None and decider.version != application.version:
        _not_decided_before(application, decider)
        raise ChangedSince(version=application.version)
    if decider.by.role == STATE_ROLE:
        if not application.to_state:
            raise NotForYou(holder="the district")
    elif application.district_id is None:
        raise NotForYou(holder="the state office")
    elif decider.by.organization_id != application.district_id:
        raise Moved


def _may_act(application: Application, action: Action, decider: Decider) -> None:
    """Who comes after a decision is told whose it was, before anything else."""
    if action not in NEXT[application.state]:
        _not_decided_before(application, decider)
    check_decider(application, decider)
    go(application, action)


def _may_decide(application: Application, action: Action, decider: Decider) -> None:
    _may_act(application, action, decider)
    _not_claimed_by_another(application, decider)


def _not_decided_before(application: Application, decider: Decider) -> None:
    if application.decided_by is None or application.decided_at is None or application.state not in DID:
        return
    when = ended(moment(application.decided_at, decider.at, decider.policy))
    raise AlreadyDecided(name=application.decided_by.name, did=DID[application.state], when=when)


def _not_claimed_by_another(application: Application, decider: Decider) -> None:
    held = application.claim
    if held is not None and held.person_id not in decider.own:
        raise ClaimedByAnother(name=held.name, since=since(held.since, decider.at, decider.policy))


def _decided(application: Application, action: Action, decider: Decider, reason: Reason | None) -> Application:
    return application._replace(
        state=go(application, action),
        version=decider.next_version(application.version),
        decided_by=decider.by,
        decided_at=decider.at,
        reason=reason,
    )
