"""To whose queue an application goes. Source: domain.md, "Mississippi (ELMS)"; pages.md, "Renew"."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from services.renewals.domain.errors import DistrictNeeded, DistrictNotYours
from shared.ids import OrganizationId
from shared.policies import ApplicationKind, Policy

Why = Literal["", "no-district", "superintendent", "kind"]


@dataclass(frozen=True, slots=True)
class Route:
    """A district's queue, the state office's, or (after an escalation) both. `why` it is the state office's."""

    district_id: OrganizationId | None
    to_state: bool
    why: Why = ""


TO_STATE = Route(None, True, "kind")


def route(
    employers: Mapping[OrganizationId, str],
    superintends: Collection[OrganizationId],
    *,
    kind: ApplicationKind,
    policy: Policy,
    chosen: OrganizationId | None = None,
) -> Route:
    """The queue of an application. `employers` are the educator's districts with their names.

    A kind that districts do not decide goes to the state office; so does a superintendent's own, and that of an
    educator whom no district employs. Raises `DistrictNeeded` or `DistrictNotYours`.
    """
    if chosen is not None and chosen not in employers:
        raise DistrictNotYours(district_id=chosen)
    if kind.approver != "district" or not policy.review.district_roles:
        return TO_STATE
    if superintends:
        return Route(None, True, "superintendent")
    if not employers:
        return Route(None, True, "no-district")
    if chosen is None and len(employers) > 1:
        raise DistrictNeeded(districts=", ".join(sorted(employers.values())))
    return Route(chosen or next(iter(employers)), False)


def moved(now: Route, employers: Collection[OrganizationId], before: Collection[OrganizationId]) -> Route | None:
    """Where a transfer takes an open application: with the educator; None when it stays.

    A new employer that was not there before goes first. What is the state office's for another reason than a missing
    district stays there; what has escalated stays with both.
    """
    if now.district_id in employers or now.why in ("superintendent", "kind"):
        return None
    if not employers:
        return None if now.district_id is None else Route(None, True, "no-district")
    new = [district for district in employers if district not in before]
    escalated = now.to_state and now.district_id is not None
    return Route((new or list(employers))[0], escalated)
