"""Two records of one person become one, and two again."""

import pytest

from services.identity.domain.errors import AlreadyMerged, MergeWithItself, NotMerged, OwnRecords, SsnDiffers
from services.identity.domain.merging import MergeSide, check_merge, check_unmerge
from shared.errors import Refused
from shared.ids import PersonId, new_id

A, B, C, OFFICER = (PersonId(new_id()) for _ in range(4))


@pytest.mark.parametrize(
    ("winner", "loser", "decided_by", "refusal"),
    [
        (MergeSide(A), MergeSide(B), OFFICER, None),
        (MergeSide(A, ssn_mark="s"), MergeSide(B, ssn_mark="s"), OFFICER, None),
        (MergeSide(A, ssn_mark="s"), MergeSide(B), OFFICER, None),
        (MergeSide(A), MergeSide(A), OFFICER, MergeWithItself),
        (MergeSide(A, merged_into=C), MergeSide(B), OFFICER, AlreadyMerged),
        (MergeSide(A), MergeSide(B, merged_into=C), OFFICER, AlreadyMerged),
        (MergeSide(A), MergeSide(B), A, OwnRecords),
        (MergeSide(A), MergeSide(B), B, OwnRecords),
        (MergeSide(A, ssn_mark="s"), MergeSide(B, ssn_mark="t"), OFFICER, SsnDiffers),
    ],
)
def test_only_two_whole_records_of_others_merge(
    winner: MergeSide, loser: MergeSide, decided_by: PersonId, refusal: type[Refused] | None
) -> None:
    if refusal is None:
        check_merge(winner, loser, decided_by=decided_by)
        return
    with pytest.raises(refusal):
        check_merge(winner, loser, decided_by=decided_by)


def test_differing_ssns_merge_once_somebody_confirms_the_error() -> None:
    check_merge(
        MergeSide(A, ssn_mark="s"), MergeSide(B, ssn_mark="t"), decided_by=OFFICER, confirmed_different_ssn=True
    )


def test_an_unmerge_names_whom_it_leaves() -> None:
    assert check_unmerge(MergeSide(B, merged_into=A), decided_by=OFFICER) == A


@pytest.mark.parametrize(
    ("loser", "decided_by", "refusal"),
    [(MergeSide(B), OFFICER, NotMerged), (MergeSide(B, merged_into=A), A, OwnRecords)],
)
def test_an_unmerge_needs_a_merge_and_somebody_else(
    loser: MergeSide, decided_by: PersonId, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        check_unmerge(loser, decided_by=decided_by)
