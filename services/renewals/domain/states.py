"""Which state allows which action, and where it leads: one table, and nothing is allowed that it does not say."""

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    """Where an application is."""

    RECEIVED = "received"  # credentials is checking the credits
    REFUSED = "refused"  # not filed: the credits do not earn it
    WAITING = "waiting"  # in a queue, for an approver
    APPROVED = "approved"  # credentials is extending the license
    BLOCKED = "blocked"  # approved, but the license could not be extended
    COMPLETED = "completed"
    RETURNED = "returned"  # to the educator, with what to fix
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"  # returned, then filed again
    REVERSING = "reversing"  # credentials is taking the period back
    UNDONE = "undone"


class Action(StrEnum):
    """What can be done to an application, or happen to it."""

    QUEUE = "queue"
    REFUSE = "refuse"
    CLAIM = "claim"
    RELEASE = "release"
    SEE = "see"
    APPROVE = "approve"
    RETURN = "return"
    DENY = "deny"
    WITHDRAW = "withdraw"
    RECALL = "recall"
    MOVE = "move"
    ESCALATE = "escalate"
    REPLACE = "replace"
    COMPLETE = "complete"
    BLOCK = "block"
    UNDO = "undo"
    TAKE_BACK = "take_back"


_A, _S = Action, State

NEXT: Mapping[State, Mapping[Action, State]] = {
    _S.RECEIVED: {
        _A.QUEUE: _S.WAITING,
        _A.REFUSE: _S.REFUSED,
        _A.WITHDRAW: _S.WITHDRAWN,
        _A.RECALL: _S.RETURNED,
        _A.MOVE: _S.RECEIVED,
    },
    _S.WAITING: {
        _A.CLAIM: _S.WAITING,
        _A.RELEASE: _S.WAITING,
        _A.SEE: _S.WAITING,
        _A.APPROVE: _S.APPROVED,
        _A.RETURN: _S.RETURNED,
        _A.DENY: _S.DENIED,
        _A.WITHDRAW: _S.WITHDRAWN,
        _A.RECALL: _S.RETURNED,
        _A.MOVE: _S.WAITING,
        _A.ESCALATE: _S.WAITING,
    },
    _S.APPROVED: {_A.COMPLETE: _S.COMPLETED, _A.BLOCK: _S.BLOCKED, _A.UNDO: _S.REVERSING},
    _S.BLOCKED: {_A.CLAIM: _S.BLOCKED, _A.RELEASE: _S.BLOCKED, _A.RETURN: _S.RETURNED, _A.DENY: _S.DENIED},
    _S.COMPLETED: {_A.UNDO: _S.REVERSING},
    _S.RETURNED: {_A.REPLACE: _S.REPLACED, _A.WITHDRAW: _S.WITHDRAWN, _A.MOVE: _S.RETURNED},
    # An approval and its reversal are on their way together: what credentials says of the first changes nothing here.
    _S.REVERSING: {_A.COMPLETE: _S.REVERSING, _A.BLOCK: _S.UNDONE, _A.TAKE_BACK: _S.UNDONE},
    _S.REFUSED: {},
    _S.DENIED: {},
    _S.WITHDRAWN: {},
    _S.REPLACED: {},
    _S.UNDONE: {},
}

OPEN = frozenset({_S.RECEIVED, _S.WAITING, _S.APPROVED, _S.BLOCKED, _S.RETURNED, _S.REVERSING})
"""An open application holds its license's only place. A returned one gives it up to the next filing."""

AT_REVIEW = frozenset({_S.WAITING, _S.BLOCKED})
"""Somebody in a queue has to decide."""


def is_allowed(state: State, action: Action) -> bool:
    """Whether the state allows the action."""
    return action in NEXT[state]


def allowed_actions(state: State) -> frozenset[Action]:
    """All that the state allows."""
    return frozenset(NEXT[state])
