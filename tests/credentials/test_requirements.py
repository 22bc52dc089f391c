"""The options: what is still needed, what a filing sets aside, and the cheapest way there."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.credentials.domain.credit import Credit, Lock
from services.credentials.domain.errors import (
    AlreadyFiled,
    FilingNotOpen,
    LicenseEnded,
    LicenseNotRenewable,
    OptionNotForThisLicense,
    OptionNotOpen,
    OptionUnknown,
    PeriodNotBegun,
    RequirementNotMet,
)
from services.credentials.domain.license import License
from services.credentials.domain.planner import Step, plans
from services.credentials.domain.requirements import Progress, filing_obstacle, progress
from services.credentials.domain.reservation import earn, still_earned
from services.credentials.domain.validity import extend
from shared.errors import Refused
from shared.policies import Policy
from tests.credentials.examples import (
    MA,
    MS,
    TODAY,
    administrator,
    credit,
    ident,
    professional,
    renewal,
    standard,
)

SPRING = date(2026, 3, 1)
PDP = {"content": "15", "pedagogy": "15", "sei_esl": "15", "disabilities": "15", "elective": "90"}


def pdp(**amounts: str) -> list[Credit]:
    return [credit(a, "pdp", group=group) for group, a in amounts.items() if a != "0"]


def met(license: License, credits: Sequence[Credit], policy: Policy = MS, **given: Any) -> set[str]:
    found = progress(license, credits, on=given.pop("on", date(2022, 3, 1)), policy=policy, **given)
    return {p.option.code for p in found if p.obstacle is None}


def of(found: Sequence[Progress], code: str) -> Progress:
    return next(p for p in found if p.option.code == code)


@pytest.mark.parametrize(
    ("license", "credits", "options"),
    [
        (standard("A"), [credit("10")], {"A-CEU"}),
        (standard("A"), [credit("9.9")], set()),
        (standard("A"), [credit("6"), credit("4")], {"A-CEU"}),
        (standard("A"), [credit("5"), credit("3", "semester_hours")], {"A-MIXED"}),
        (standard("A"), [credit("4.5"), credit("3", "semester_hours")], set()),
        (standard("A"), [credit("6", "semester_hours")], {"A-HOURS"}),
        (standard("A"), [credit("5"), credit("6", "semester_hours")], {"A-HOURS", "A-MIXED"}),
        (standard("A"), [credit("1", "nbpts")], {"NBPTS"}),
        (standard("AA"), [credit("5")], {"AA-CEU"}),
        (standard("AAA"), [credit("3", "semester_hours")], {"AA-HOURS"}),
        (standard("AAAA"), [credit("4.9"), credit("2", "semester_hours")], set()),
        (standard("AAAA"), [credit("1", "nbpts")], {"NBPTS"}),
        (administrator(), [credit("70", "semi")], {"CA-SEMI"}),
        (administrator(), [credit("69.5", "semi")], set()),
        (administrator(), [credit("6", "semester_hours")], {"CA-HOURS"}),
        (administrator(), [credit("35", "semi"), credit("3", "semester_hours")], {"CA-MIXED"}),
        (administrator(), [credit("1", "degree")], {"CA-DEGREE"}),
        (administrator(), [credit("10")], set()),
    ],
)
def test_an_option_is_met_by_its_units_and_no_others(
    license: License, credits: list[Credit], options: set[str]
) -> None:
    assert met(license, credits) == options


@pytest.mark.parametrize(
    ("credits", "missing"),
    [
        (pdp(**PDP), None),
        (pdp(**PDP | {"elective": "89"}), "1 PDP"),
        (pdp(**PDP | {"content": "14", "elective": "91"}), "1 PDP of content"),
        (pdp(content="105", pedagogy="15", sei_esl="15", disabilities="15"), None),
        (
            [*pdp(**PDP | {"elective": "0"}), credit("4", "semester_hours", group="elective")],
            None,  # 22.5 PDP a semester hour
        ),
        (
            [*pdp(**PDP | {"elective": "0"}), credit("3", "semester_hours", group="elective")],
            "22.5 PDP",
        ),
        ([], "150 PDP, 15 PDP of content, 15 PDP of pedagogy, 15 PDP of sheltered english immersion or english as "
             "a second language, 15 PDP of students with disabilities and diverse learning styles"),
    ],
)  # fmt: skip
def test_a_professional_license_needs_150_pdp_with_15_of_each_group(credits: list[Credit], missing: str | None) -> None:
    primary = of(progress(professional(), credits, on=SPRING, policy=MA), "PRIMARY")
    assert primary.is_met is (missing is None)
    assert (primary.obstacle.data["missing"] if primary.obstacle else None) == missing


@pytest.mark.parametrize(
    ("on", "other_active", "options"),
    [
        (SPRING, (), set()),
        (SPRING, ("professional",), {"ADDITIONAL"}),
        (date(2026, 4, 1), ("professional",), set()),
    ],
)
def test_thirty_pdp_renew_an_additional_license_beside_an_active_one(
    on: date, other_active: tuple[str, ...], options: set[str]
) -> None:
    credits = pdp(content="15", elective="15")
    assert met(professional(), credits, MA, on=on, other_active=other_active) == options


def test_an_ended_additional_license_needs_150_pdp() -> None:
    credits = pdp(content="15", elective="135")
    after = date(2026, 4, 1)
    assert met(professional(), credits, MA, on=after, other_active=("professional",)) == {"ADDITIONAL-INVALID"}


def test_an_option_says_how_much_is_there_and_how_much_is_still_needed() -> None:
    found = of(progress(standard(), [credit("4.5")], on=TODAY, policy=MS), "A-MIXED")
    assert [(line.need.unit, line.have, line.still_needed) for line in found.lines] == [
        ("semester_hours", Decimal(0), Decimal(3)),
        ("ceu", Decimal("4.5"), Decimal("0.5")),
    ]
    assert isinstance(found.obstacle, RequirementNotMet)
    assert str(found.obstacle) == "Still needed for 3 semester hours and 5 CEU: 3 semester hours, 0.5 CEU."


@pytest.mark.parametrize(
    ("on", "open_"),
    [(date(2025, 6, 30), False), (date(2025, 7, 1), True), (date(2026, 6, 30), True)],
)
@pytest.mark.parametrize(
    ("option", "unit"), [("RETIREMENT", "retirement_letter"), ("OUT-OF-STATE", "out_of_state_license")]
)
def test_final_year_options_open_on_1_july_of_the_last_year(on: date, open_: bool, option: str, unit: str) -> None:
    found = of(progress(standard(), [], on=on, policy=MS, attested=(unit,)), option)
    assert (found.obstacle is None) is open_
    assert found.opens_on == date(2025, 7, 1)
    if not open_:
        assert isinstance(found.obstacle, OptionNotOpen)
        assert str(found.obstacle) == "Opens July 1, 2025."


@pytest.mark.parametrize(
    ("license", "policy", "on", "error"),
    [
        (standard(), MS, date(2021, 7, 1), None),
        (standard(), MS, date(2026, 6, 30), None),
        (standard(), MS, date(2026, 7, 1), LicenseEnded),
        (standard(), MS, date(2021, 6, 30), PeriodNotBegun),
        (extend(standard(), renewal(), on=TODAY, policy=MS), MS, date(2026, 6, 30), PeriodNotBegun),
        (standard(provisional=True), MS, TODAY, LicenseNotRenewable),
        (professional(), MA, date(2025, 3, 9), FilingNotOpen),
        (professional(), MA, date(2025, 3, 10), None),
        (professional(), MA, date(2026, 3, 10), None),
    ],
)
def test_filing_is_open_in_its_window_only(
    license: License, policy: Policy, on: date, error: type[Refused] | None
) -> None:
    obstacle = filing_obstacle(license, on=on, policy=policy)
    assert (type(obstacle) if obstacle else None) is error


def test_a_filing_sets_aside_the_oldest_credits_that_meet_its_option_and_no_more() -> None:
    old, middle = credit("6", on=date(2022, 1, 1)), credit("4", on=date(2023, 1, 1))
    late, hours = credit("2", on=date(2024, 1, 1)), credit("3", "semester_hours")
    earned = earn(standard(), "A-CEU", [late, hours, middle, old], filed_on=TODAY, policy=MS)
    assert earned.credits == (old, middle)
    assert earned.totals == (("ceu", Decimal(10)),)


@pytest.mark.parametrize(
    ("option", "credits", "given", "error"),
    [
        ("A-CEU", [credit("9.5")], {}, RequirementNotMet),
        ("A-CEU", [credit("10", recalled="never held")], {}, RequirementNotMet),
        ("A-CEU", [credit("10", reservation_id=ident("r"))], {}, RequirementNotMet),
        ("A-CEU", [credit("10", spent=True)], {}, RequirementNotMet),
        ("A-CEU", [credit("10", on=date(2021, 6, 30))], {}, RequirementNotMet),
        ("A-CEU", [credit("10", on=date(2026, 3, 4))], {}, RequirementNotMet),
        ("A-CEU", [credit("10")], {"open_filing": Lock("A-HOURS", TODAY)}, AlreadyFiled),
        ("AA-CEU", [credit("10")], {}, OptionUnknown),
        ("RETIREMENT", [credit("10")], {"filed_on": date(2025, 6, 30)}, OptionNotOpen),
        ("A-CEU", [credit("10")], {"filed_on": date(2026, 7, 1)}, LicenseEnded),
    ],
)
def test_a_filing_that_is_not_earned_is_refused(
    option: str, credits: list[Credit], given: dict[str, Any], error: type[Refused]
) -> None:
    with pytest.raises(Refused) as refused:
        earn(standard(), option, credits, policy=MS, **({"filed_on": TODAY} | given))
    assert type(refused.value) is error


def test_an_attested_certificate_earns_without_a_credit() -> None:
    earned = earn(standard(), "NBPTS", [], filed_on=TODAY, policy=MS, attested=("nbpts",))
    assert earned.credits == ()


def test_a_recall_that_leaves_enough_leaves_the_filing_earned() -> None:
    option = MS.find_option("AA-CEU")
    assert option is not None
    assert still_earned(option, [credit("5"), credit("1", recalled="x")], MS)
    assert not still_earned(option, [credit("4"), credit("1", recalled="x")], MS)


def test_the_cheapest_lawful_way_stands_first() -> None:
    found = plans(standard(), progress(standard(), [credit("4.5")], on=TODAY, policy=MS), policy=MS)
    assert [(plan.option.code, plan.cost) for plan in found] == [
        ("A-CEU", Decimal(55)),
        ("A-MIXED", Decimal(140)),
        ("A-HOURS", Decimal(270)),
        ("NBPTS", Decimal(300)),
    ]
    assert found[0].steps == (Step("ceu", Decimal("5.5")),)
    assert found[0].file_by == date(2026, 6, 12)


def test_prices_decide_the_order_where_they_are_given() -> None:
    prices = {"ceu": Decimal(40), "semester_hours": Decimal(30)}
    found = plans(standard(), progress(standard(), [], on=TODAY, policy=MS), policy=MS, prices=prices)
    assert [(plan.option.code, plan.cost) for plan in found][:2] == [
        ("A-HOURS", Decimal(180)),
        ("A-MIXED", Decimal(290)),
    ]


def test_a_plan_never_asks_for_less_than_one_credit_may_be() -> None:
    found = plans(standard(), progress(standard(), [credit("9.8")], on=TODAY, policy=MS), policy=MS)
    assert found[0].steps == (Step("ceu", Decimal("0.5")),)


def test_a_plan_fills_the_groups_first_and_then_the_rest() -> None:
    credits = pdp(content="15", elective="60")
    found = plans(professional(), progress(professional(), credits, on=SPRING, policy=MA), policy=MA)
    assert [plan.option.code for plan in found] == ["PRIMARY"]
    assert found[0].steps == (
        Step("pdp", Decimal(15), "pedagogy"),
        Step("pdp", Decimal(15), "sei_esl"),
        Step("pdp", Decimal(15), "disabilities"),
        Step("pdp", Decimal(30)),
    )


def test_an_option_that_needs_another_license_is_no_plan_for_its_lack() -> None:
    found = progress(professional(), [], on=SPRING, policy=MA)
    assert isinstance(of(found, "ADDITIONAL").obstacle, OptionNotForThisLicense)
    assert "ADDITIONAL" not in {plan.option.code for plan in plans(professional(), found, policy=MA)}
