"""The people of one run of the demo: made from files that a reader can open and change.

`files/*.csv` are written as `elms import` reads them. `{n}` stands for the run (so that a second run has educators of
its own), `{start}`, `{mid}` and `{end}` for years around the business day, `{s}` for an invented SSN area.
"""

import csv
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FILES = Path(__file__).with_name("files")
PASSWORD = "crepe-myrtle-42"
JUNE_DISTRICTS = 40


@dataclass(frozen=True)
class Cohort:
    """One run's people. `number` is 1 for the first run."""

    number: int
    today: date

    @property
    def end(self) -> int:
        """The year in which these licenses end: the next 30 June."""
        return self.today.year + (self.today > date(self.today.year, 6, 30))

    @property
    def tag(self) -> str:
        """What makes this run's numbers and user names its own; nothing for the first run."""
        return "" if self.number == 1 else str(self.number)

    def file(self, name: str) -> bytes:
        """A file of `files/`, filled in for this run."""
        filled = (
            (FILES / f"{name}.csv")
            .read_text()
            .format(n=self.tag, start=self.end - 5, mid=self.end - 2, end=self.end, s=f"{100 + self.number % 500}")
        )
        return filled.encode()

    def user(self, name: str) -> str:
        """The user name of somebody in the files."""
        return f"{name}{self.tag}"

    def educator(self, number: str) -> str:
        return f"MS{self.tag}{number}"

    def license(self, number: str) -> str:
        return f"{self.tag}2{number}"


@dataclass(frozen=True)
class June:
    """The peak: so many made-up educators in forty districts, as files for `elms import`.

    Their names are drawn from `june-names.csv`, their districts are the first of `june-districts.csv`.
    """

    cohort: Cohort
    count: int
    districts: int = JUNE_DISTRICTS
    code: str = "JUNE"

    def organizations(self) -> bytes:
        lines = (FILES / "june-districts.csv").read_text().format(code=self.code).splitlines(keepends=True)
        return "".join(lines[: 1 + self.districts]).encode()

    def superintendents(self) -> bytes:
        """People who approve; they alone have accounts."""
        header = ("educator_number", "first_name", "last_name", "birth_date", "ssn_last_four", "district_code",
                  "user_id", "password", "must_change")  # fmt: skip
        rows = [
            (
                self.chief(n),
                *self.name(n),
                "1965-05-05",
                f"{1000 + n}",
                f"{self.code}-{n:02}",
                self.chief_user(n),
                PASSWORD,
                "no",
            )
            for n in range(self.districts)
        ]
        return table(header, rows)

    def roles(self) -> bytes:
        header = ("educator_number", "role", "organization_code", "first_day", "last_day")
        start = f"{self.cohort.end - 5}-07-01"
        rows = [(self.chief(n), "superintendent", f"{self.code}-{n:02}", start, "") for n in range(self.districts)]
        return table(header, rows)

    def people(self) -> bytes:
        header = (
            "educator_number",
            "first_name",
            "last_name",
            "line1",
            "city",
            "state",
            "postal_code",
            "district_code",
        )
        rows = [
            (self.educator(n), *self.name(n), f"{100 + n % 9000} Cotton Row", "Jackson", "MS", f"{39201 + n % 60}",
             f"{self.code}-{n % self.districts:02}")
            for n in range(self.count)
        ]  # fmt: skip
        return table(header, rows)

    def licenses(self) -> bytes:
        header = ("number", "educator_number", "license_type", "license_class", "endorsements", "effective_from",
                  "valid_until")  # fmt: skip
        start, end = f"{self.cohort.end - 5}-07-01", f"{self.cohort.end}-06-30"
        rows = [(self.license(n), self.educator(n), "standard", "AA", "116 120", start, end) for n in range(self.count)]
        return table(header, rows)

    def credits(self) -> bytes:
        header = ("educator_number", "credit_type", "amount", "contact_hours", "title", "provider", "started_on",
                  "completed_on")  # fmt: skip
        day = f"{self.cohort.end - 2}-07-15"
        rows = [
            (self.educator(n), "ceu", 5, 50, "Summer Institute", "Delta Regional Service Agency", day, day)
            for n in range(self.count)
        ]
        return table(header, rows)

    def applications(self) -> bytes:
        return table(("license_number", "option"), [(self.license(n), "AA-CEU") for n in range(self.count)])

    def name(self, n: int) -> tuple[str, str]:
        first, last = _names()
        choose = random.Random(n)
        return choose.choice(first), choose.choice(last)

    def educator(self, n: int) -> str:
        return f"MS{self.cohort.tag}J{n:06}"

    def license(self, n: int) -> str:
        return f"{self.cohort.tag}5{n:06}"

    def chief(self, n: int) -> str:
        return f"MS{self.cohort.tag}C{n:03}"

    def chief_user(self, n: int) -> str:
        return f"chief{n:02}.june{self.cohort.tag}"


@cache
def _names() -> tuple[list[str], list[str]]:
    """First and last names to draw from."""
    with (FILES / "june-names.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["first_name"] for row in rows if row["first_name"]], [
        row["last_name"] for row in rows if row["last_name"]
    ]


def agency_load(cohort: Cohort, rows: int) -> bytes:
    """A file of eLearning credits for one of the cohort and the June educators, with some bad rows in it."""
    header = ("reference", "educator_number", "unit", "amount", "contact_hours", "title", "provider", "started_on",
              "completed_on")  # fmt: skip
    first = date(cohort.end - 2, 8, 1)
    made = []
    for n in range(rows):
        day = first + timedelta(days=n % 200)
        amount, hours = ("0.3", "3") if n % 997 == 5 else ("0.5", "5")
        educator = f"MS{cohort.tag}J{n:06}" if n else cohort.educator("0112")
        reference = f"EL{cohort.tag}-{n:06}"
        made.append((reference, educator, "ceu", amount, hours, "eLearning: Data in the Classroom", "MDE eLearning",
                     "" if n % 1501 else "last summer", day))  # fmt: skip
    return table(header, made)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV file."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()
