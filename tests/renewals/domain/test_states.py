"""Which state allows what: the table itself, seen from the side of the rules that must never break."""

import pytest

from services.renewals.domain.states import AT_REVIEW, NEXT, OPEN, Action, State, allowed_actions

CLOSED = frozenset(State) - OPEN


def test_the_table_says_something_of_every_state() -> None:
    assert set(NEXT) == set(State)


@pytest.mark.parametrize("state", sorted(CLOSED - {State.COMPLETED}))
def test_nothing_can_be_done_to_a_closed_application(state: State) -> None:
    assert not allowed_actions(state)


def test_a_completed_one_can_only_be_undone() -> None:
    assert allowed_actions(State.COMPLETED) == {Action.UNDO}


@pytest.mark.parametrize(
    ("action", "states"),
    [
        (Action.APPROVE, {State.WAITING}),
        (Action.RETURN, {State.WAITING, State.BLOCKED}),
        (Action.DENY, {State.WAITING, State.BLOCKED}),
        (Action.UNDO, {State.APPROVED, State.COMPLETED}),
        (Action.WITHDRAW, {State.RECEIVED, State.WAITING, State.RETURNED}),
        (Action.COMPLETE, {State.APPROVED, State.REVERSING}),
        (Action.RECALL, {State.RECEIVED, State.WAITING}),
        (Action.REPLACE, {State.RETURNED}),
        (Action.CLAIM, AT_REVIEW),
    ],
)
def test_an_action_is_allowed_in_these_states_alone(action: Action, states: set[State]) -> None:
    assert {state for state in State if action in NEXT[state]} == states


def test_every_state_but_the_first_is_reached_by_some_action() -> None:
    assert {after for row in NEXT.values() for after in row.values()} | {State.RECEIVED} == set(State)


def test_an_approval_and_its_reversal_that_cross_end_undone() -> None:
    assert NEXT[State.REVERSING][Action.COMPLETE] is State.REVERSING
    assert NEXT[State.REVERSING][Action.BLOCK] is State.UNDONE
