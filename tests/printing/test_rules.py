"""Printing's rules as tables: what a report changes, what is cut, which day, whether the paper adds up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.printing.domain.cutting import CUT, Snapshot, Verdict, judge
from services.printing.domain.errors import (
    BadRange,
    LeaseLost,
    NotCleared,
    OutOfOrder,
    PieceIsHeld,
    PieceIsStopped,
    UnknownOutcome,
)
from services.printing.domain.jobs import (
    NO_ADDRESS,
    NO_LICENSE,
    NO_PERSON,
    NOT_STANDING,
    UNREAD,
    JobState,
    cutting_day,
    due_day,
    envelope,
    job_of,
    next_cut_off,
    status_sentence,
)
from services.printing.domain.pieces import Held, Piece, PieceState, Report, Sheet, report
from services.printing.domain.sheet_texts import endorsements, kind_of_license
from services.printing.domain.sheets import Ledger, range_of
from shared.contracts.values import Address, Period
from shared.errors import ElmsError
from shared.ids import ApplicationId, BatchId, JobId, LicenseId, PersonId, PieceId, new_id
from shared.policies import load

MISSISSIPPI = load("mississippi")
NOW = datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
PIECE = Piece(
    job_id=JobId(new_id()), license_id=LicenseId(new_id()), person_id=PersonId(new_id()),
    application_id=ApplicationId(new_id()), piece_id=PieceId(new_id()), batch_id=BatchId(new_id()), shop="printshop",
    valid_until=date(2031, 6, 30), copy=1, number="2026-0000001", state=PieceState.RELEASED, why="", hold="",
    held=Held(3, NOW + timedelta(hours=1)), cleared_under=None,
)  # fmt: skip
DUE = Snapshot(
    job_id=PIECE.job_id, license_id=PIECE.license_id, person_id=PIECE.person_id, application_id=PIECE.application_id,
    version=1, state=JobState.QUEUED, reason_code="", copies=0, has_person=True, has_period=True, standing="good",
    has_address=True, postal_code="39201", has_unread=False,
)  # fmt: skip


def said(outcome: str, lease: int = 3, serial: str = "") -> Report:
    return Report(PIECE.piece_id, outcome, lease, NOW, serial, "note")


@pytest.mark.parametrize(
    ("state", "outcome", "becomes"),
    [
        ("released", "printed", "printed"),
        ("printed", "printed", None),
        ("inserted", "printed", None),
        ("mailed", "inserted", None),
        ("inserted", "mailed", "mailed"),
        ("mailed", "returned", "returned"),
        ("released", "spoiled", "spoiled"),
        ("inserted", "spoiled", "spoiled"),
        ("spoiled", "spoiled", None),
        ("stopped", "spoiled", None),
        ("void", "printed", None),
    ],
)
def test_a_piece_goes_from_step_to_step(state: str, outcome: str, becomes: str | None) -> None:
    reported = report(replace(PIECE, state=PieceState(state)), said(outcome), real_now=NOW)
    assert reported.state == becomes


@pytest.mark.parametrize(
    ("changed", "outcome", "obstacle"),
    [
        ({}, "inserted", OutOfOrder),
        ({}, "mailed", OutOfOrder),
        ({"state": PieceState.MAILED}, "spoiled", OutOfOrder),
        ({"state": PieceState.CUT}, "printed", OutOfOrder),
        ({"state": PieceState.SPOILED}, "printed", OutOfOrder),
        ({"state": PieceState.PRINTED}, "inserted", NotCleared),
        ({"state": PieceState.PRINTED, "cleared_under": 2}, "inserted", NotCleared),
        ({"state": PieceState.PRINTED, "cleared_under": 3, "hold": "name in question"}, "inserted", PieceIsHeld),
        ({"state": PieceState.STOPPED}, "inserted", PieceIsStopped),
        ({"state": PieceState.VOID}, "mailed", PieceIsStopped),
        ({}, "eaten", UnknownOutcome),
    ],
)
def test_what_stands_in_a_reports_way(changed: dict[str, object], outcome: str, obstacle: type[ElmsError]) -> None:
    with pytest.raises(obstacle):
        report(replace(PIECE, **changed), said(outcome), real_now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lease", "now"), [(2, NOW), (4, NOW), (3, NOW + timedelta(hours=1)), (3, NOW + timedelta(days=1))]
)
def test_only_the_last_lease_counts_and_only_in_its_time(lease: int, now: datetime) -> None:
    with pytest.raises(LeaseLost):
        report(PIECE, said("printed", lease), real_now=now)


def test_returned_mail_needs_no_lease() -> None:
    mailed = replace(PIECE, state=PieceState.MAILED)
    assert report(mailed, said("returned", lease=0), real_now=NOW + timedelta(days=30)).state is PieceState.RETURNED


@pytest.mark.parametrize(
    ("state", "outcome", "serial", "sheet"),
    [
        ("released", "printed", "A-1", Sheet("A-1", spoiled=False)),
        ("released", "printed", "", Sheet("2026-0000001", spoiled=False)),
        ("printed", "spoiled", "A-1", Sheet("A-1", spoiled=True, reason="note")),
        ("stopped", "printed", "A-1", Sheet("A-1", spoiled=True, reason="stopped: suspended")),
    ],
)
def test_every_sheet_is_good_or_spoiled(state: str, outcome: str, serial: str, sheet: Sheet) -> None:
    piece = replace(PIECE, state=PieceState(state), why="suspended")
    assert report(piece, said(outcome, serial=serial), real_now=NOW).sheet == sheet


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, CUT),
        ({"has_unread": True}, Verdict(JobState.HELD, UNREAD)),
        ({"has_person": False}, Verdict(JobState.HELD, NO_PERSON)),
        ({"has_period": False}, Verdict(JobState.HELD, NO_LICENSE)),
        ({"has_address": False}, Verdict(JobState.HELD, NO_ADDRESS)),
        ({"standing": "suspended"}, Verdict(JobState.STOPPED, NOT_STANDING)),
        ({"standing": "revoked", "has_address": False}, Verdict(JobState.STOPPED, NOT_STANDING)),
        ({"standing": "", "has_period": False}, Verdict(JobState.HELD, NO_LICENSE)),
    ],
)
def test_what_is_not_known_is_held_and_what_does_not_stand_is_stopped(
    changed: dict[str, object], verdict: Verdict
) -> None:
    assert judge(replace(DUE, **changed)) == verdict  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decided", "due"),
    [
        (datetime(2026, 3, 4, 15, 0, tzinfo=UTC), date(2026, 3, 5)),  # Wednesday → Thursday
        (datetime(2026, 3, 6, 15, 0, tzinfo=UTC), date(2026, 3, 9)),  # Friday → Monday
        (datetime(2026, 3, 7, 4, 0, tzinfo=UTC), date(2026, 3, 9)),  # still Friday evening in Jackson
        (datetime(2026, 7, 2, 15, 0, tzinfo=UTC), date(2026, 7, 3)),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), date(2027, 1, 4)),  # New Year's Day is a Friday
    ],
)
def test_a_license_is_due_the_next_business_day(decided: datetime, due: date) -> None:
    assert due_day(decided, MISSISSIPPI) == due


@pytest.mark.parametrize(
    ("now", "day"),
    [
        (datetime(2026, 3, 5, 11, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 5, 12, 0, tzinfo=UTC), date(2026, 3, 5)),
        (datetime(2026, 3, 6, 5, 59, tzinfo=UTC), date(2026, 3, 5)),  # still Thursday in Jackson
        (datetime(2026, 3, 7, 18, 0, tzinfo=UTC), None),  # Saturday
        (datetime(2026, 5, 25, 18, 0, tzinfo=UTC), None),  # National Memorial Day
    ],
)
def test_a_batch_is_cut_from_the_cut_off_of_a_business_day(now: datetime, day: date | None) -> None:
    assert cutting_day(now, MISSISSIPPI) == day


def test_the_next_cut_off_skips_the_weekend() -> None:
    friday = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
    assert next_cut_off(friday - timedelta(minutes=1), MISSISSIPPI) == friday
    assert next_cut_off(friday, MISSISSIPPI) == datetime(2026, 3, 9, 11, 0, tzinfo=UTC)  # summer time has begun


def test_a_license_and_period_has_one_job() -> None:
    license_id = LicenseId(new_id())
    periods = [Period(effective_from=date(2026, 7, 1), valid_until=date(year, 6, 30)) for year in (2031, 2031, 2036)]
    same, again, other = (job_of(license_id, period) for period in periods)
    assert same == again != other


def test_an_envelope_has_no_empty_line() -> None:
    address = Address(line1="12 Oak St", city="Jackson", state="MS", postal_code="39201")
    assert envelope(address) == ["12 Oak St", "Jackson, MS 39201"]
    assert envelope(None) == []


@pytest.mark.parametrize(
    ("first", "last", "sheets"), [("A-000101", "A-000600", 500), ("0001", "0001", 1), ("26X09", "26X10", 2)]
)
def test_a_range_of_sheets_is_counted(first: str, last: str, sheets: int) -> None:
    found = range_of(first, last)
    assert found.sheets == sheets
    assert found.holds(first)
    assert found.holds(last)
    assert not found.holds(last + "0")


@pytest.mark.parametrize(("first", "last"), [("A1", "B2"), ("A9", "A1"), ("A", "B"), ("A1", "A10"), ("", "1")])
def test_what_is_no_range_is_refused(first: str, last: str) -> None:
    with pytest.raises(BadRange):
        range_of(first, last)


def test_good_and_spoiled_and_left_is_what_was_received() -> None:
    assert Ledger(5000, 4120, 37).sentence == "5,000 = 4,120 good + 37 spoiled + 843 left"


@pytest.mark.parametrize(
    ("standing", "on", "sentence"),
    [
        ("good", date(2026, 7, 1), "Active until June 30, 2031"),
        ("good", date(2031, 7, 1), "Expired June 30, 2031"),
        ("good", date(2026, 6, 30), "Valid from July 1, 2026"),
        ("suspended", date(2026, 7, 1), "Suspended"),
    ],
)
def test_a_copy_says_how_the_license_stands(standing: str, on: date, sentence: str) -> None:
    assert status_sentence(standing, date(2026, 7, 1), date(2031, 6, 30), on) == sentence


def test_the_paper_speaks_in_words_not_in_codes() -> None:
    assert kind_of_license(MISSISSIPPI, "standard", "AA") == "Standard license · Class AA (master’s degree)"
    assert endorsements(MISSISSIPPI, ["116", "999"]) == ("116 Elementary education (K–3)", "999")
    assert endorsements(load("massachusetts"), ["EARLY"]) == ("Early childhood (PreK–2)",)
