"""Merging two records of one person, and taking it back.

Both ids stay: the loser only points to the winner, and every service resolves that alias when it reads
(events.md). So nothing needs to be moved, and an un-merge loses nothing.
"""

from dataclasses import dataclass

from services.identity.domain.errors import AlreadyMerged, MergeWithItself, NotMerged, OwnRecords, SsnDiffers
from shared.ids import PersonId


@dataclass(frozen=True)
class MergeSide:
    """What the rule needs of one of the two records. `ssn_mark` is a keyed hash."""

    person_id: PersonId
    merged_into: PersonId | None = None
    ssn_mark: str = ""


def check_merge(
    winner: MergeSide, loser: MergeSide, *, decided_by: PersonId, confirmed_different_ssn: bool = False
) -> None:
    """Pass when the officer `decided_by` may merge the two, else the reason.

    Chains are not built: a record that is itself merged is neither winner nor loser, so an un-merge is always one
    step.
    """
    if winner.person_id == loser.person_id:
        raise MergeWithItself
    for field, side in (("winner_id", winner), ("loser_id", loser)):
        if side.merged_into is not None:
            raise AlreadyMerged(field, person_id=side.person_id, merged_into=side.merged_into)
    if decided_by in (winner.person_id, loser.person_id):
        raise OwnRecords
    if _ssn_differs(winner, loser) and not confirmed_different_ssn:
        raise SsnDiffers


def check_unmerge(loser: MergeSide, *, decided_by: PersonId) -> PersonId:
    """The winner's id when the merge may be taken back, else the reason."""
    if loser.merged_into is None:
        raise NotMerged(person_id=loser.person_id)
    if decided_by in (loser.person_id, loser.merged_into):
        raise OwnRecords
    return loser.merged_into


def _ssn_differs(one: MergeSide, other: MergeSide) -> bool:
    return bool(one.ssn_mark and other.ssn_mark) and one.ssn_mark != other.ssn_mark
