"""One credit: every refusal by its rule, in the words of the page."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.credentials.domain.credit import Credit, Lock, check, why_not_counting
from services.credentials.domain.errors import (
    CreditAmountMissing,
    CreditAmountsDisagree,
    CreditDatesReversed,
    CreditDuplicate,
    CreditGroupUnknown,
    CreditNotFinished,
    CreditNotUsable,
    CreditNotYoursToEnter,
    CreditOutsideValidity,
    CreditTakenBack,
    CreditTooLarge,
    CreditTooSmall,
    CreditTypeUnknown,
    CreditUsed,
    MethodsMixed,
)
from services.credentials.domain.license import License
from services.credentials.domain.validity import extend
from shared.errors import Refused
from tests.credentials.examples import (
    MA,
    MS,
    TODAY,
    administrator,
    credit,
    entry,
    ident,
    professional,
    renewal,
    standard,
)

FILED = Lock("A-CEU", date(2026, 3, 3))


def refusal(license: License | None = None, **given: Any) -> Refused:
    listed, lock = given.pop("listed", ()), given.pop("lock", None)
    policy, on = given.pop("policy", MS), given.pop("on", TODAY)
    with pytest.raises(Refused) as refused:
        check(entry(**given), license=license or standard(), listed=listed, lock=lock, on=on, policy=policy)
    return refused.value


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ({"amount": Decimal("0.5")}, "0.5"),
        ({"amount": None, "contact_hours": Decimal(5)}, "0.5"),
        ({"amount": Decimal("1.2"), "contact_hours": Decimal(12)}, "1.2"),
        ({"credit_type": "coursework", "amount": Decimal(3)}, "3"),
        ({"credit_type": "nbpts", "amount": None}, "1"),
        ({"completed_on": date(2021, 7, 1)}, "1"),
        ({"completed_on": TODAY, "on": TODAY}, "1"),
    ],
)
def test_a_lawful_credit_is_taken_with_its_amount(given: dict[str, Any], amount: str) -> None:
    on = given.pop("on", TODAY)
    taken = check(entry(**given), license=standard(), listed=(), lock=None, on=on, policy=MS)
    assert taken == Decimal(amount)


HOURS = {"amount": None, "contact_hours": Decimal(3)}


@pytest.mark.parametrize(
    ("given", "error", "field", "text"),
    [
        (
            {"credit_type": "nap"},
            CreditTypeUnknown, "credit_type", "nap is not a kind of credit here.",
        ),
        (
            {"credit_type": "semi"},
            CreditNotYoursToEnter, "credit_type", "SEMI credits are loaded by the department; you can't enter them.",
        ),
        (
            {"credit_type": "elearning"},
            CreditNotYoursToEnter, "credit_type",
            "eLearning CEU credits are loaded by the department; you can't enter them.",
        ),
        (
            {"amount": None},
            CreditAmountMissing, "amount", "Enter the amount: CEU.",
        ),
        (
            HOURS,
            CreditTooSmall, "contact_hours", "3 contact hours is 0.3 CEU. At least 0.5 CEU (5 hours) counts.",
        ),
        (
            {"amount": Decimal("0.3")},
            CreditTooSmall, "amount", "0.3 CEU is too small. At least 0.5 CEU (5 hours) counts.",
        ),
        (
            {"amount": Decimal("0.30"), "contact_hours": Decimal("3.0")},
            CreditTooSmall, "contact_hours", "3 contact hours is 0.3 CEU. At least 0.5 CEU (5 hours) counts.",
        ),
        (
            {"credit_type": "coursework", "amount": Decimal("0.5")},
            CreditTooSmall, "amount", "0.5 semester hours is too small. At least 1 semester hours counts.",
        ),
        (
            {"amount": Decimal(100)},
            CreditTooLarge, "amount", "100 CEU is more than one entry can be (50). Enter each training by itself.",
        ),
        (
            {"amount": Decimal("0.8"), "contact_hours": Decimal(10)},
            CreditAmountsDisagree, "contact_hours",
            "0.8 CEU and 10 hours disagree; 1 CEU is 10 hours. Correct one.",
        ),
        (
            {"started_on": date(2025, 5, 4)},
            CreditDatesReversed, "completed_on", "It ends May 3, 2025, before it begins (May 4, 2025). Correct one.",
        ),
        (
            {"completed_on": date(2026, 7, 2)},
            CreditOutsideValidity, "completed_on", "July 2, 2026 is after your license ends (June 30, 2026).",
        ),
        (
            {"completed_on": date(2021, 6, 30)},
            CreditOutsideValidity, "completed_on",
            "June 30, 2021 is before your license period begins (July 1, 2021).",
        ),
        (
            {"completed_on": date(2026, 3, 4)},
            CreditNotFinished, "completed_on", "March 4, 2026 is still to come. Enter it when it is completed.",
        ),
        (
            {"listed": [credit("1", title="READING  by third grade")]},
            CreditDuplicate, "title", "Already listed May 3: same training and dates.",
        ),
        (
            {"credit_type": "coursework", "amount": Decimal(3), "lock": FILED},
            MethodsMixed, "credit_type", "You filed under 10 CEU on March 3; college credit can't be mixed in.",
        ),
    ],
)  # fmt: skip
def test_a_credit_is_refused_by_its_rule(given: dict[str, Any], error: type[Refused], field: str, text: str) -> None:
    refused = refusal(**given)
    assert type(refused) is error
    assert refused.field == field
    assert str(refused) == text


def test_the_same_training_on_other_days_or_taken_back_is_no_duplicate() -> None:
    listed = [
        credit("1", on=date(2025, 5, 10), title="Reading by third grade"),
        credit("1", title="Reading by third grade", recalled="wrong person"),
    ]
    assert check(entry(), license=standard(), listed=listed, lock=None, on=TODAY, policy=MS) == 1


def test_the_method_that_was_filed_under_may_still_be_entered() -> None:
    assert check(entry(), license=standard(), listed=(), lock=FILED, on=TODAY, policy=MS) == 1


def test_a_mixed_option_takes_both_of_its_methods() -> None:
    lock = Lock("A-MIXED", TODAY)
    course = entry(credit_type="coursework", amount=Decimal(3))
    assert check(course, license=standard(), listed=(), lock=lock, on=TODAY, policy=MS) == 3


def test_the_department_may_load_what_an_educator_may_not_enter() -> None:
    semi = entry(credit_type="semi", amount=Decimal(6), source="department")
    assert check(semi, license=administrator(), listed=(), lock=None, on=TODAY, policy=MS) == 6


@pytest.mark.parametrize(
    ("license", "given", "name"),
    [
        (standard(), {"credit_type": "semi", "source": "department"}, "SEMI"),
        (administrator(), {"credit_type": "ceu"}, "CEU"),
    ],
)
def test_a_credit_that_no_option_of_the_license_takes_is_refused(
    license: License, given: dict[str, Any], name: str
) -> None:
    refused = refusal(license, **given)
    assert isinstance(refused, CreditNotUsable)
    assert str(refused) == f"{name} doesn't renew a license of this type and class."


def test_a_pdp_names_its_group() -> None:
    refused = refusal(professional(), policy=MA, credit_type="pdp", amount=Decimal(20), group="golf")
    assert isinstance(refused, CreditGroupUnknown)
    assert refused.field == "group"


def test_massachusetts_mixes_methods_freely() -> None:
    course = entry(credit_type="coursework", amount=Decimal(3), group="content")
    lock = Lock("PRIMARY", TODAY)
    assert check(course, license=professional(), listed=(), lock=lock, on=TODAY, policy=MA) == 3


def test_what_is_earned_after_an_early_filing_counts_for_the_next_period() -> None:
    renewed = extend(standard(), renewal(), on=TODAY, policy=MS)
    before, after = credit("1", on=date(2026, 3, 2)), credit("1", on=date(2026, 3, 20))
    assert why_not_counting(after, license=renewed, policy=MS) is None
    assert isinstance(why_not_counting(before, license=renewed, policy=MS), CreditOutsideValidity)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (credit("1"), None),
        (credit("1", reservation_id=ident("r")), None),
        (credit("1", reservation_id=ident("r"), spent=True), CreditUsed),
        (credit("1", recalled="entered twice", source="mde"), CreditTakenBack),
        (credit("1", on=date(2020, 1, 1)), CreditOutsideValidity),
        (credit("5", "semi"), CreditNotUsable),
    ],
)
def test_a_recorded_credit_counts_or_says_why_not(given: Credit, error: type[Refused] | None) -> None:
    reason = why_not_counting(given, license=standard(), policy=MS)
    assert (type(reason) if reason else None) is error


def test_a_recalled_credit_names_who_took_it_back_and_why() -> None:
    reason = why_not_counting(credit("0.5", source="mde", recalled="entered twice"), license=standard(), policy=MS)
    assert str(reason) == "mde took it back: entered twice"
