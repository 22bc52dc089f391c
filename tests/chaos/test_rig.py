"""The rig's own pure parts: what its ledger calls lost, doubled, out of order; and that a seed repeats its faults."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from tests.chaos import boundaries, hostile, plan
from tests.chaos.faults import FAULTS
from tests.chaos.ledger import Ledger, disordered, doubled, missing, percentile, unasked, unequal
from tests.chaos.mutations import MUTATIONS
from tests.chaos.sweep.recording import NAMES, service_of
from tests.chaos.sweep.verdict import Kept, Said, differences


@pytest.mark.parametrize(("promised", "there", "clean"), [
    (set(), {"a"}, True), ({"a"}, {"a", "b"}, True), ({"a", "b"}, {"a"}, False), ({"a"}, set(), False),
])  # fmt: skip
def test_what_was_answered_and_is_not_there_is_lost(promised: set[str], there: set[str], clean: bool) -> None:
    assert (missing("x", promised, there) == []) is clean


def test_what_nobody_asked_for_and_what_is_there_twice_is_named() -> None:
    assert unasked("x", ["a", "b"], {"a"}) == ["from nowhere: x b (1)"]
    assert doubled("x", ["a", "b", "a"]) == ["twice: x a (2) (1)"]
    assert unasked("x", ["a"], {"a"}) == doubled("x", ["a", "b"]) == []


@pytest.mark.parametrize(("sequences", "clean"), [([1, 2, 2, 3], True), ([1, 3, 2], False), ([2, 1], False)])
def test_a_key_is_in_order_when_its_sequence_never_falls(sequences: list[int], clean: bool) -> None:
    said = [("t", "k", n) for n in sequences] + [("t", "other", 1)]
    assert (disordered(said) == []) is clean


def test_a_projection_that_differs_is_red() -> None:
    assert unequal("p", {"a": 1}, {"a": 1}) == []
    assert unequal("p", {"a": 1}, {"a": 2}) != []
    assert unequal("p", {"a": 1, "b": 1}, {"a": 1}) != []


def test_the_ledger_keeps_what_was_never_answered_apart(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    yes, no, _ = (ledger.ask("approve", each, each) for each in "abc")
    ledger.answer(yes, "yes")
    ledger.answer(no, "no")
    assert (ledger.subjects("approve"), ledger.subjects("approve", "no")) == ({"a"}, {"b"})
    assert ledger.subjects("approve", "") == {"c"}
    assert len((tmp_path / "ledger.jsonl").read_text().splitlines()) == 5


def test_percentiles_are_of_the_ordered_values() -> None:
    assert [percentile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95)] == [1.0, 2.0, 3.0]
    assert percentile([], 0.95) == 0.0


@pytest.mark.parametrize("lane", plan.LANES)
def test_a_seed_repeats_its_faults(lane: str) -> None:
    first, again, other = (list(islice(plan.faults(seed, lane), 50)) for seed in (7, 7, 8))
    assert first == again != other


def test_every_fault_that_is_planned_can_be_done_and_every_one_that_can_is_planned() -> None:
    assert {kind for lane in plan.LANES.values() for kind, _ in lane} == FAULTS.keys()


@pytest.mark.parametrize("service", plan.HANDLERS)
def test_a_bad_release_breaks_a_handler_that_exists(service: str) -> None:
    assert hasattr(service_of(service).handlers, plan.HANDLERS[service])


def test_a_bad_release_is_planned_for_every_service_that_hears() -> None:
    assert plan.HANDLERS.keys() == {name for name in NAMES if service_of(name).handlers}


def test_hostile_records_repeat_and_are_of_every_kind() -> None:
    first, again = (list(hostile.records(5)) for _ in range(2))
    assert first == again
    assert len({record.about for _, record in first}) == len(first) > 10


def said(event_id: str, sequence: int) -> Said:
    return Said("t", "k", event_id, sequence, event_id)


CONTROL = Kept({"letter": Counter({"a": 1, "b": 1})}, [said("1", 1), said("2", 2)], {"t/0": 5})


@pytest.mark.parametrize("found", [
    Kept({"letter": Counter({"a": 1})}, CONTROL.said, CONTROL.positions),
    Kept({"letter": Counter({"a": 2, "b": 1})}, CONTROL.said, CONTROL.positions),
    Kept(CONTROL.tables, [said("1", 1)], CONTROL.positions),
    Kept(CONTROL.tables, [said("1", 1), said("2", 2), said("2", 2)], CONTROL.positions),
    Kept(CONTROL.tables, [said("2", 2), said("1", 1)], CONTROL.positions),
    Kept(CONTROL.tables, CONTROL.said, {"t/0": 4}),
], ids=["row lost", "row doubled", "unsaid", "said twice", "out of order", "position behind"])  # fmt: skip
def test_the_sweeps_verdict_is_red_for_each_kind_of_harm(found: Kept) -> None:
    assert differences(found, CONTROL) != []
    assert differences(CONTROL, CONTROL) == []


def test_every_boundary_is_reached_by_name_once() -> None:
    """A boundary that is named and wrapped nowhere would be swept and never die."""
    source = Path(boundaries.__file__).read_text()
    names = {*boundaries.CONSUMER, *boundaries.RELAY, *boundaries.EFFECTS, *boundaries.DEAD_LETTERS}
    assert {name for name in names if source.count(f'"{name}"') < 2} == set()


def test_every_mechanism_can_be_taken_out_by_name() -> None:
    assert MUTATIONS.keys() == {"inbox", "compare-and-set", "version guard", "key lock", "relay order"}
