"""The states' files: complete, consistent, and refused with the key when they are wrong."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from shared.policies import Policy, PolicyFileWrong, jurisdictions, load, load_file
from shared.policies.policy import Policy as Model

FILES = Path(__file__).parents[2] / "shared" / "policies"


def needs(policy: Policy, code: str) -> list[tuple[str, Decimal, str | None]]:
    option = policy.find_option(code)
    assert option is not None
    return [(need.unit, need.amount, need.group) for need in option.needs]


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_every_state_loads_and_is_versioned(jurisdiction: str) -> None:
    policy = load(jurisdiction)
    assert policy.version and policy.effective
    assert load(jurisdiction) is policy


def test_a_state_without_a_file_is_refused_naming_those_that_have_one() -> None:
    with pytest.raises(PolicyFileWrong, match="massachusetts, mississippi"):
        load("atlantis")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("print_cut_off = 06:00:00", 'print_cut_off = "dawn"', "office.print_cut_off"),
        ("days = 15", "days = 0", "review.days"),
        ("[filing]", "[filing]\nspeed = 3", "filing.speed"),
        ('name = "Mississippi"', "", "name"),
        ('time_zone = "America/Chicago"', 'time_zone = "America/Jackson"', "America/Jackson"),
        ("minimum = 8", "minimum = 6", "accounts.passwords.minimum"),
        ('unit = "nbpts", amount', 'unit = "nbts", amount', "development.options.NBPTS.needs.unit: nbts"),
        ('classes = ["A"]\nneeds', 'classes = ["B"]\nneeds', "development.options.A-CEU.classes: B"),
        ('code = "AA-CEU"', 'code = "A-CEU"', "'A-CEU' is there twice"),
        ('weekday = "monday"\nnth = 3', "nth = 3", "office.holidays.1"),
    ],
)
def test_a_wrong_file_is_refused_naming_the_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    text = (FILES / "mississippi.toml").read_text()
    assert old in text
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(text.replace(old, new, 1))
    with pytest.raises(PolicyFileWrong) as refused:
        load_file(wrong)
    assert key in str(refused.value)


def test_a_file_that_is_no_toml_is_refused_with_the_line(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("version = \n")
    with pytest.raises(PolicyFileWrong, match="line 1"):
        load_file(wrong)


def test_a_third_state_is_a_third_file(tmp_path: Path) -> None:
    text = (FILES / "mississippi.toml").read_text()
    third = tmp_path / "third.toml"
    third.write_text(
        text.replace('jurisdiction = "mississippi"', 'jurisdiction = "third"').replace(
            "amount = 10 }]", "amount = 12 }]"
        )
    )
    assert needs(load_file(third), "A-CEU") == [("ceu", Decimal(12), None)]


def test_amounts_are_exact_decimals() -> None:
    assert load("mississippi").unit("ceu").minimum == Decimal("0.5")
    assert isinstance(load("mississippi").unit("ceu").minimum, Decimal)
    assert load("massachusetts").worth(Decimal(2), "semester_hours", "pdp") == Decimal("45.0")
    assert load("mississippi").worth(Decimal(2), "semester_hours", "ceu") == 0


MS = "mississippi"
MA = "massachusetts"


@pytest.mark.parametrize(
    ("state", "license_type", "license_class", "names"),
    [
        (
            MS, "standard", "A",
            ["10 CEU", "3 semester hours and 5 CEU", "6 semester hours", "National Board certification",
             "Retirement letter", "Valid out-of-state license"],
        ),
        (
            MS, "standard", "AA",
            ["5 CEU", "3 semester hours", "National Board certification", "Retirement letter",
             "Valid out-of-state license"],
        ),
        (
            MS, "standard", "AAAA",
            ["5 CEU", "3 semester hours", "National Board certification", "Retirement letter",
             "Valid out-of-state license"],
        ),
        (
            MS, "career_administrator", "AAA",
            ["70 SEMI", "6 semester hours", "35 SEMI and 3 semester hours",
             "Specialist or doctoral degree in administration"],
        ),
        (MS, "provisional", "A", []),
        (
            MA, "professional", "",
            ["150 PDP, as the primary license", "30 PDP, as an additional license",
             "150 PDP, as an additional license that has ended"],
        ),
        (MA, "initial", "", []),
    ],
)  # fmt: skip
def test_each_type_and_class_has_its_options(
    state: str, license_type: str, license_class: str, names: list[str]
) -> None:
    assert [option.name for option in load(state).options_for(license_type, license_class)] == names


def test_final_year_options_are_open_for_the_last_twelve_months_only() -> None:
    opening = {o.code: o.opens_months_before_end for o in load(MS).development.options}
    assert {code for code, months in opening.items() if months == 12} == {"RETIREMENT", "OUT-OF-STATE"}
    assert set(opening.values()) == {None, 12}


@pytest.mark.parametrize(
    ("state", "credit_type", "entered_by"),
    [
        (MS, "semi", ("department",)),
        (MS, "elearning", ("department",)),
        (MS, "ceu", ("educator", "department")),
        (MS, "coursework", ("educator", "department")),
        (MA, "pdp", ("educator", "department")),
    ],
)
def test_semi_and_elearning_are_entered_by_the_department_alone(
    state: str, credit_type: str, entered_by: tuple[str, ...]
) -> None:
    assert load(state).credit_type(credit_type).entered_by == entered_by


@pytest.mark.parametrize(
    ("state", "unit", "kind"),
    [(MS, "semi", "semi"), (MS, "ceu", "elearning"), (MS, "semester_hours", "coursework"), (MA, "pdp", "pdp")],
)
def test_what_the_department_loads_has_a_kind_of_its_own_where_there_is_one(state: str, unit: str, kind: str) -> None:
    loaded = load(state).find_loaded_type(unit)
    assert loaded is not None and loaded.code == kind
    assert load(state).find_loaded_type("hectares") is None


def test_a_ceu_certificate_must_show_six_things() -> None:
    original = load(MS).credit_type("ceu").original
    assert original is not None
    assert original.shows == ("dates", "educator", "training", "agency", "signature", "amount")
    assert load(MS).credit_type("semi").original is None


@pytest.mark.parametrize(
    ("state", "kind", "approver", "fee"),
    [
        (MS, "renewal", "district", (0, 0)),
        (MS, "endorsement", "state", (0, 0)),
        (MA, "renewal", "automatic", (100, 25)),
        (MA, "advance", "state", (100, 25)),
    ],
)
def test_each_kind_of_application_has_its_approver_and_fee(
    state: str, kind: str, approver: str, fee: tuple[int, int]
) -> None:
    application = load(state).application(kind)
    assert str(application.approver) == approver
    assert [application.fee.first, application.fee.further] == list(map(Decimal, fee))
    assert application.fee.is_due is (fee != (0, 0))


@pytest.mark.parametrize("jurisdiction", jurisdictions())
def test_the_schema_forbids_what_it_does_not_know(jurisdiction: str) -> None:
    tables = tomllib.loads((FILES / f"{jurisdiction}.toml").read_text(), parse_float=Decimal)
    with pytest.raises(ValueError, match="extra"):
        Model.model_validate(tables | {"extra": 1})
