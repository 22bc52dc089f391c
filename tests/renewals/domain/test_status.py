"""Every wait names its holder, its reason, the next step and its date."""

from datetime import date
from typing import Any

import pytest

from services.renewals.domain.holders import Desk, deciders
from services.renewals.domain.references import reference
from services.renewals.domain.states import State
from services.renewals.domain.status import Circumstances, status_of
from services.renewals.domain.timeline import sentence
from services.renewals.domain.words import clock_time
from shared.contracts.values import Grant, Reason
from tests.renewals.domain.examples import CLAIMED_BY_ORTIZ, LEE, NOW, ORTIZ, PARK, POLICY, waiting

RANKIN = Desk("Rankin County", "Dana Lee", ("Rosa Ortiz",), place="Room 4")
OFFICE = Desk("Office of Educator Licensure")


def around(**changed: Any) -> Circumstances:
    plain: dict[str, Any] = {"district": RANKIN, "office": OFFICE, "paper": "", "prints_on": None, "mailed": True}
    return Circumstances(**(plain | {"today": date(2026, 3, 4)} | changed))


@pytest.mark.parametrize(
    ("application", "circumstances", "where", "why", "step"),
    [
        (
            {"wanted": 4, "seen": 2},
            {},
            "Dana Lee, Rankin County; Rosa Ortiz may decide too",
            "2 of 4 originals not seen",
            "Show your originals to Dana Lee (Room 4) by Thursday, March 19; then the state office steps in",
        ),
        (
            {"claim": CLAIMED_BY_ORTIZ},
            {},
            "Rosa Ortiz, Rankin County",
            "Not decided yet",
            "A decision by Thursday, March 19; then the state office steps in",
        ),
        (
            {"to_state": True},
            {},
            "Dana Lee, Rankin County; Rosa Ortiz may decide too",
            "Not decided yet",
            "A decision; the time limit is over, the state office may decide too",
        ),
        (
            {"district_id": None, "to_state": True},
            {"district": None},
            "Office of Educator Licensure",
            "Not decided yet",
            "A decision by Thursday, March 19",
        ),
    ],
)
def test_a_waiting_application_names_holder_reason_next_step_and_date(
    application: Any, circumstances: Any, where: str, why: str, step: str
) -> None:
    found = status_of(waiting(**application), around(**circumstances))
    assert (found.where, found.why, found.next, found.by) == (where, why, step, date(2026, 3, 19))


@pytest.mark.parametrize("state", list(State))
def test_every_state_says_where_why_and_what_next(state: State) -> None:
    found = status_of(waiting(state=state, reason=Reason(code="x", text="Bring the {transcript}.")), around())
    assert all((found.label, found.where, found.why, found.next))


DAYS = {"file_by": date(2026, 6, 12), "services_by": date(2026, 3, 4), "office_by": date(2026, 3, 19)}
OVER = {State.COMPLETED, State.DENIED, State.WITHDRAWN, State.REPLACED}


@pytest.mark.parametrize("state", [state for state in State if state not in OVER])
def test_every_wait_has_its_date(state: State) -> None:
    found = status_of(waiting(state=state, reason=Reason(code="x", text="A reason.")), around(**DAYS))
    assert found.by is not None


@pytest.mark.parametrize("state", [State.RETURNED, State.DENIED, State.REFUSED, State.BLOCKED])
def test_the_educator_reads_exactly_the_reason(state: State) -> None:
    text = "Bring the {original} transcript: 100% of it."
    assert status_of(waiting(state=state, reason=Reason(code="x", text=text)), around()).why == text


@pytest.mark.parametrize(
    ("paper", "mailed", "step"),
    [
        ("paper-queued", True, "Prints Thursday, March 5, then it is mailed"),
        ("paper-mailed", True, "Nothing; the license is on its way to you"),
        ("", False, "Nothing; ask for a paper license if you need one"),
    ],
)
def test_a_completed_application_says_where_its_paper_is(paper: str, mailed: bool, step: str) -> None:
    found = status_of(waiting(state=State.COMPLETED), around(paper=paper, mailed=mailed, prints_on=date(2026, 3, 5)))
    assert (found.label, found.next) == ("Renewed to June 30, 2031", step)


def test_the_superintendent_answers_first_and_dates_count() -> None:
    def grant(person_id: Any, name: str, role: str, last: date | None = None) -> Grant:
        return Grant(person_id=person_id, name=name, role=role, first_day=date(2026, 1, 1), last_day=last)

    grants = [
        grant(ORTIZ, "Rosa Ortiz", "designee"),
        grant(PARK, "Jin Park", "personnel_administrator", last=date(2026, 2, 1)),
        grant(LEE, "Dana Lee", "superintendent"),
        grant(LEE, "Dana Lee", "directory_administrator"),
    ]
    assert deciders(grants, POLICY.review.district_roles, date(2026, 3, 4)) == ["Dana Lee", "Rosa Ortiz"]


@pytest.mark.parametrize(("number", "words"), [(4417, "R-2026-04417"), (1, "R-2026-00001"), (123456, "R-2026-123456")])
def test_a_reference_names_the_year_and_the_number(number: int, words: str) -> None:
    assert reference(2026, number) == words


@pytest.mark.parametrize(
    ("what", "detail", "words"),
    [
        ("renewed", "2031-06-30", "Renewed to June 30, 2031"),
        ("paper-queued", "2026-03-05", "Prints Thursday, March 5"),
        ("paper-mailed", "2026-03-06T04:30:00+00:00", "Mailed March 5, 2026"),  # still the fifth in Mississippi
        ("moved", "", "Moved with the educator to the state office"),
        ("returned", "Bring {it}.", "Sent back: Bring {it}."),
        ("something-new", "", "something-new"),
    ],
)
def test_the_timeline_speaks_in_sentences(what: str, detail: str, words: str) -> None:
    assert sentence(what, detail, POLICY) == words


def test_times_are_the_jurisdictions() -> None:
    assert clock_time(NOW, POLICY) == "2:10 p.m."
