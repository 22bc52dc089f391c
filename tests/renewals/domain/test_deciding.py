"""Who may decide what, and what a second decider is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.renewals.domain import application as rules
from services.renewals.domain.application import Application, Decider
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
from services.renewals.domain.states import State
from shared.contracts.values import Authority
from shared.errors import ElmsError
from tests.renewals.domain.examples import (
    CLAIMED_BY_LEE,
    CLAIMED_BY_ORTIZ,
    EDUCATOR,
    LEE_DECIDES,
    NOW,
    ORTIZ_DECIDES,
    PARK_DECIDES,
    RANKIN,
    VANCE_DECIDES,
    decider,
    waiting,
)

AT_STATE = {"district_id": None, "to_state": True}
ESCALATED = {"district_id": RANKIN, "to_state": True}
APPROVED = {"state": State.APPROVED, "decided_by": ORTIZ_DECIDES, "decided_at": NOW}
Rule = Callable[[Application, Decider], Application]

DECISIONS: dict[str, Rule] = {
    "approve": rules.approve,
    "return": lambda a, who: rules.send_back(a, who, "Bring the transcript."),
    "deny": lambda a, who: rules.deny(a, who, "Not earned."),
}


@pytest.mark.parametrize("decide", DECISIONS.values(), ids=DECISIONS)
@pytest.mark.parametrize(
    ("by", "application", "expected"),
    [
        (LEE_DECIDES, {}, None),
        (ORTIZ_DECIDES, {}, None),
        (PARK_DECIDES, {}, Moved),  # another district's superintendent
        (VANCE_DECIDES, {}, NotForYou),  # the state's office before the district's time is over
        (VANCE_DECIDES, ESCALATED, None),
        (LEE_DECIDES, ESCALATED, None),
        (VANCE_DECIDES, AT_STATE, None),
        (LEE_DECIDES, AT_STATE, NotForYou),
        (LEE_DECIDES, {"claim": CLAIMED_BY_LEE}, None),
        (LEE_DECIDES, {"claim": CLAIMED_BY_ORTIZ}, ClaimedByAnother),
        (LEE_DECIDES, {"state": State.RECEIVED}, NotNow),
        (LEE_DECIDES, {"state": State.WITHDRAWN}, NotNow),
        (LEE_DECIDES, APPROVED, AlreadyDecided),
    ],
)
def test_a_decision_needs_the_right_queue_and_no_other_claim(
    decide: Rule, by: Authority, application: dict[str, Any], expected: type[ElmsError] | None
) -> None:
    if expected is None:
        after = decide(waiting(**application), decider(by))
        assert (after.decided_by, after.decided_at, after.version) == (by, NOW, 8)
    else:
        with pytest.raises(expected):
            decide(waiting(**application), decider(by))


@pytest.mark.parametrize("decide", [*DECISIONS.values(), rules.claim], ids=[*DECISIONS, "claim"])
@pytest.mark.parametrize("by", [LEE_DECIDES, VANCE_DECIDES])
def test_nobody_decides_their_own_under_any_of_their_ids(decide: Rule, by: Authority) -> None:
    who = replace(decider(by), own={by.person_id, EDUCATOR})  # EDUCATOR is the same person, merged
    with pytest.raises(OwnApplication):
        decide(waiting(to_state=True), who)


@pytest.mark.parametrize(
    ("seen", "wanted", "unseen", "text"),
    [
        (4, 4, (), None),
        (0, 0, (), None),
        (3, 4, ("Literacy Institute",), "Tick the original for ‘Literacy Institute’, or choose Return."),
        (1, 3, ("Reading", "Math"), "Tick the original for ‘Reading’ and ‘Math’, or choose Return."),
        (2, 4, (), "Tick the original for 2 of 4, or choose Return."),
    ],
)
def test_every_original_is_seen_before_an_approval(
    seen: int, wanted: int, unseen: tuple[str, ...], text: str | None
) -> None:
    application = waiting(seen=seen, wanted=wanted)
    if text is None:
        assert rules.approve(application, decider(), unseen).state is State.APPROVED
    else:
        with pytest.raises(OriginalsNotSeen) as refusal:
            rules.approve(application, decider(), unseen)
        assert (str(refusal.value), refusal.value.field) == (text, "originals")


def test_an_unseen_original_keeps_nobody_from_returning() -> None:
    assert DECISIONS["return"](waiting(wanted=2), decider()).state is State.RETURNED


@pytest.mark.parametrize("act", [rules.approve, rules.claim, rules.see])
@pytest.mark.parametrize("state", [State.APPROVED, State.COMPLETED])
@pytest.mark.parametrize(
    ("later", "when"),
    [(timedelta(), "at 2:10 p.m."), (timedelta(days=1), "on March 4, 2026 at 2:10 p.m.")],
)
def test_a_second_decider_is_told_who_was_first_and_when(act: Rule, state: State, later: timedelta, when: str) -> None:
    with pytest.raises(AlreadyDecided) as conflict:
        act(waiting(**APPROVED | {"state": state}), decider(at=NOW + later))
    assert str(conflict.value) == f"Rosa Ortiz approved this {when} Yours was not recorded."


@pytest.mark.parametrize(
    ("version", "application", "expected"),
    [(7, {}, None), (None, {}, None), (6, {}, ChangedSince), (6, APPROVED, AlreadyDecided)],
)
def test_a_decision_on_an_earlier_version_is_a_conflict(
    version: int | None, application: dict[str, Any], expected: type[ElmsError] | None
) -> None:
    if expected is None:
        assert rules.approve(waiting(**application), decider(version=version)).state is State.APPROVED
    else:
        with pytest.raises(expected):
            rules.approve(waiting(**application), decider(version=version))


def test_claiming_again_changes_nothing() -> None:
    claimed = rules.claim(waiting(), decider())
    assert claimed.claim == CLAIMED_BY_LEE
    assert rules.claim(claimed, decider(at=NOW + timedelta(hours=1))) is claimed


@pytest.mark.parametrize(
    ("by", "held", "expected"),
    [
        (LEE_DECIDES, CLAIMED_BY_LEE, None),
        (LEE_DECIDES, CLAIMED_BY_ORTIZ, None),  # a superintendent releases for others
        (ORTIZ_DECIDES, CLAIMED_BY_LEE, ClaimedByAnother),
        (ORTIZ_DECIDES, None, NotClaimed),
    ],
)
def test_a_claim_is_released_by_its_holder_or_the_superintendent(
    by: Authority, held: Any, expected: type[ElmsError] | None
) -> None:
    if expected is None:
        assert rules.release(waiting(claim=held), decider(by), {"superintendent"}).claim is None
    else:
        with pytest.raises(expected):
            rules.release(waiting(claim=held), decider(by), {"superintendent"})


@pytest.mark.parametrize("state", [State.APPROVED, State.COMPLETED])
def test_an_approval_is_undone_with_its_reason(state: State) -> None:
    undone = rules.undo(waiting(state=state), decider(), "The wrong one.")
    assert (undone.state, undone.reason and undone.reason.text) == (State.REVERSING, "The wrong one.")
