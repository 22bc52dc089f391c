"""The demo's people come from files, each run has its own, and its clock only goes on."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ops.demo import clock
from ops.demo.cohort import FILES, Cohort, June
from ops.demo.run import IMPORTS, next_cohort
from shared.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, demo=True)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_a_second_run_takes_people_of_its_own(settings: Settings) -> None:
    first, second = next_cohort(settings), next_cohort(settings)
    assert (first.number, second.number) == (1, 2)
    for name, column in (("people", "educator_number"), ("people", "user_id"), ("licenses", "number")):
        ours = {row[column] for row in rows(first.file(name)) if row[column]}
        theirs = {row[column] for row in rows(second.file(name)) if row[column]}
        assert len(ours) > 10
        assert not ours & theirs
    june = [June(each, 300) for each in (first, second)]
    assert not {r["license_number"] for r in rows(june[0].applications())} & {
        r["license_number"] for r in rows(june[1].applications())
    }


def test_the_clock_only_goes_on(settings: Settings) -> None:
    mornings = [clock.next_morning(settings) for _ in range(8)]
    assert mornings == sorted(set(mornings))
    assert all(morning.weekday() < 5 for morning in mornings)
    assert clock.today(settings) == mornings[-1].date()
    assert mornings[-1] > datetime.now(UTC) + timedelta(days=7)


def test_each_file_is_one_that_a_reader_can_change() -> None:
    cohort = Cohort(1, date(2026, 3, 2))
    for name in IMPORTS:
        assert rows(cohort.file(name)), name
    june = June(cohort, 90)
    districts = [row["code"] for row in rows(june.organizations())]
    assert districts == [f"JUNE-{n:02}" for n in range(40)]
    people = rows(june.people())
    assert {row["district_code"] for row in people} == set(districts)
    names = rows((FILES / "june-names.csv").read_bytes())
    assert {row["first_name"] for row in people} <= {row["first_name"] for row in names}
    assert (
        len(rows(june.licenses())) == len(rows(june.credits())) == len(rows(june.applications())) == len(people) == 90
    )
