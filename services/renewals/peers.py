"""Questions to other services, asked before a transaction; whoever cannot answer means no."""

from typing import Any

from services.renewals.domain.errors import NotFiled, NotForYou, TooLateToUndo
from shared.contracts.values import Authority
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId
from shared.peers import PeerRefused
from shared.runtime import Runtime
from shared.tokens import Actor

UNCUT = frozenset({"queued", "held", "stopped"})
"""States of a print job before its piece is cut."""


async def check_filing(
    runtime: Runtime, actor: Actor, license_id: LicenseId, option: str, attested: tuple[str, ...] = ()
) -> str:
    """The license's number, where credentials would find the renewal earned now.

    Raises `NotFiled` with credentials' reason, or `Unavailable`.
    """
    asked = {"license_id": str(license_id), "option": option, "attested": list(attested)}
    try:
        answer: dict[str, Any] = await runtime.peers.get("credentials", "/check-filing", token=actor.token, **asked)
    except PeerRefused as refusal:
        raise NotFiled(refusal.problem | {"field": refusal.problem.get("field") or "license_id"}) from refusal
    if answer.get("allowed") is not True:
        reason = answer.get("reason") or {}
        raise NotFiled({"code": reason.get("code"), "detail": reason.get("text"), "field": reason.get("field")})
    return str(answer.get("number", ""))


async def find_authority(
    runtime: Runtime, person_id: PersonId, organization_id: OrganizationId | None
) -> Authority | None:
    """By which authority the person may decide for the district (None: the state's office) at this moment."""
    asked = {"organization_id": str(organization_id)} if organization_id else {}
    try:
        answer: dict[str, Any] = await runtime.peers.get(
            "identity", "/authority", person_id=str(person_id), role="approve", **asked
        )
    except PeerRefused:
        return None
    if answer.get("allowed") is not True:
        return None
    return Authority(
        person_id=person_id, name=answer["name"], role=answer["role"],
        organization_id=answer.get("organization_id") or organization_id,
    )  # fmt: skip


async def get_authority(runtime: Runtime, person_id: PersonId, organization_id: OrganizationId | None) -> Authority:
    """Like `find_authority`; raises `NotForYou` where there is none."""
    found = await find_authority(runtime, person_id, organization_id)
    if found is None:
        raise NotForYou(holder="another queue" if organization_id else "the state office")
    return found


async def check_uncut(runtime: Runtime, application_id: ApplicationId) -> None:
    """Whether the application's paper is not cut yet. Raises `TooLateToUndo`, or `Unavailable`."""
    answer = await runtime.peers.get("printing", "/jobs", application_id=str(application_id))
    jobs = answer["jobs"] if isinstance(answer, dict) else answer
    if any(job["state"] not in UNCUT for job in jobs):
        raise TooLateToUndo
