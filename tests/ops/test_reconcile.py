"""`elms reconcile` in front of real databases: at rest it finds nothing, and each planted difference is named."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from shared.ids import derived_id
from tests.ops.desk import Desk

UNTIL, LATER = "2031-06-30", "2036-06-30"
MAILED, QUEUED, BLOCKED, UNDONE, IMPORTED, HELD, STRANGE = (derived_id(UUID(int=0), n) for n in range(7))
"""Applications, by what became of them; the last three are in nobody's database at first."""

TABLES = {
    "renewals": "application", "credentials": "license", "lookup": "shown.license",
    "printing": "piece, job, batch, cutting",
}  # fmt: skip


def license_of(application: UUID) -> UUID:
    return derived_id(application, "license")


def job_of(application: UUID) -> UUID:
    return derived_id(application, "job")


class Planted:
    """Rows as the four services would have them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def run(self, service: str, sql: str, **parameters: Any) -> None:
        await self.desk.rows(service, sql, **parameters)

    async def approval(self, application: UUID, state: str) -> None:
        await self.run(
            "renewals",
            """INSERT INTO application (application_id, version, state, reference, kind, person_id, license_id, option,
                                        filed_at, due_on)
               VALUES (:id, 3, :state, gen_random_uuid()::text, 'renewal', gen_random_uuid(), :license, 'A-CEU',
                       now(), '2026-03-06')""",
            id=application, state=state, license=license_of(application),
        )  # fmt: skip

    async def period(self, license: UUID, application: UUID | None = None, *, shown: bool = True) -> None:
        """A license with one period, in credentials and in the look-up."""
        period = {"valid_until": UNTIL, "application_id": application and str(application)}
        common = {"id": license, "periods": json.dumps([period])}
        await self.run(
            "credentials",
            """INSERT INTO license (license_id, version, public_id, number, person_id, license_type, license_class,
                                    endorsements, periods, valid_until, standing, provisional)
               VALUES (:id, 2, gen_random_uuid()::text, gen_random_uuid()::text, gen_random_uuid(), 'standard', 'A',
                       '{}', :periods, '2031-06-30', 'good', false)
            """,
            **common,
        )
        if shown:
            await self.run(
                "lookup",
                """INSERT INTO shown.license (license_id, version, public_id, number, number_key, person_id,
                                              license_type, license_class, endorsements, periods, standing, provisional,
                                              discipline, holder_id, name, name_version, districts)
                   VALUES (:id, 2, 'x', 'x', 'x', gen_random_uuid(), 'standard', 'A', '[]', :periods, 'good', false,
                           '[]', gen_random_uuid(), '', 0, '{}')""",
                **common,
            )

    async def job(self, application: UUID, state: str, job: UUID | None = None) -> None:
        await self.run(
            "printing",
            """INSERT INTO job (job_id, version, license_id, person_id, application_id, effective_from, valid_until,
                                due_on, state, reason_code, queued_at)
               VALUES (:job, 1, :license, gen_random_uuid(), :id, '2026-07-01', '2031-06-30', '2026-03-05', :state,
                       :reason, now())""",
            job=job or job_of(application), license=license_of(application), id=application, state=state,
            reason="reversed" if state == "stopped" else "",
        )  # fmt: skip

    async def piece(self, application: UUID, state: str = "mailed") -> None:
        """One piece of the application's job, in a batch of its own."""
        await self.run(
            "printing",
            """WITH cut AS (INSERT INTO cutting (cutting_id, due_on, why, opened_at)
                            VALUES (gen_random_uuid(), '2026-03-05', 'daily', now()) RETURNING cutting_id),
                    one AS (INSERT INTO batch (batch_id, version, cutting_id, shop, due_on, state, pieces, cut_at)
                            SELECT cutting_id, 1, cutting_id, 'printshop', '2026-03-05', 'released', 1, now() FROM cut
                            RETURNING batch_id)
               INSERT INTO piece (piece_id, job_id, batch_id, place, copy, number, state, name, mail_to, license_number,
                                  license_type, license_class, endorsements, public_id, changed_at)
               SELECT gen_random_uuid(), :job, batch_id, 0, 1, gen_random_uuid()::text, :state, 'Rosa Lopez', '[]', '1',
                      'standard', 'A', '[]', 'x', now() FROM one""",
            job=job_of(application), state=state,
        )  # fmt: skip

    async def at_rest(self) -> None:
        """Two renewals (one mailed, one queued), one blocked, one undone, and a license from before."""
        for service, tables in TABLES.items():
            await self.run(service, f"TRUNCATE {tables} CASCADE")
        for application, state in ((MAILED, "mailed"), (QUEUED, "queued")):
            await self.approval(application, "completed")
            await self.period(license_of(application), application)
            await self.job(application, state)
        await self.piece(MAILED)
        await self.piece(MAILED, "spoiled")
        await self.approval(BLOCKED, "blocked")
        await self.approval(UNDONE, "undone")
        await self.job(UNDONE, "stopped")
        await self.period(license_of(IMPORTED))


@pytest.fixture
async def planted(desk: Desk) -> AsyncIterator[Planted]:
    made = Planted(desk)
    await made.at_rest()
    yield made


async def test_what_is_at_rest_has_no_difference_and_is_counted(desk: Desk, planted: Planted) -> None:
    said = await desk.elms("reconcile")
    assert said.code == 0, said.text
    for line in ("approvals 4", "periods earned 2", "refused 1", "reversed 1", "shown in the look-up 2",
                 "jobs mailed 1", "jobs queued 1", "jobs stopped 1", "No difference."):  # fmt: skip
        assert line in said, said.text
    assert "  difference" not in said.text


PERIOD = f"""{{"valid_until": "%s", "application_id": "{MAILED}"}}"""
TWO_PERIODS = f"[{PERIOD % UNTIL}, {PERIOD % LATER}]"
TWICE = f"""[{PERIOD % UNTIL}, {{"valid_until": "{UNTIL}", "application_id": "{STRANGE}"}}]"""


def has_periods(service: str, application: UUID, periods: str) -> str:
    return f"UPDATE {TABLES[service]} SET periods = '{periods}' WHERE license_id = '{license_of(application)}'"


def shown(license: UUID) -> str:
    return f"('{license}', '{UNTIL}')"


DIFFERENCES: list[tuple[str, str | UUID, dict[str, str]]] = [
    ("approved, and still without an outcome", BLOCKED,
     {"renewals": f"UPDATE application SET state = 'approved' WHERE application_id = '{BLOCKED}'"}),
    ("approved, and still without an outcome", BLOCKED,
     {"renewals": f"UPDATE application SET state = 'reversing' WHERE application_id = '{BLOCKED}'"}),
    ("completed without a period", BLOCKED,
     {"renewals": f"UPDATE application SET state = 'completed' WHERE application_id = '{BLOCKED}'"}),
    ("a period without an approval", QUEUED,
     {"renewals": f"DELETE FROM application WHERE application_id = '{QUEUED}'"}),
    ("an application that earned two periods", MAILED,
     {service: has_periods(service, MAILED, TWO_PERIODS) for service in ("credentials", "lookup")}),
    ("not shown in the look-up", shown(license_of(MAILED)),
     {"lookup": f"DELETE FROM shown.license WHERE license_id = '{license_of(MAILED)}'"}),
    ("not shown in the look-up", shown(license_of(IMPORTED)),
     {"lookup": f"DELETE FROM shown.license WHERE license_id = '{license_of(IMPORTED)}'"}),
    ("shown in the look-up, and no period of a license", shown(license_of(IMPORTED)),
     {"credentials": f"DELETE FROM license WHERE license_id = '{license_of(IMPORTED)}'"}),
    ("shown twice in the look-up", shown(license_of(IMPORTED)),
     {"lookup": f"UPDATE shown.license SET periods = periods || periods WHERE license_id = '{license_of(IMPORTED)}'"}),
    ("shown in the look-up in a state that credentials no longer knows", license_of(IMPORTED),
     {"lookup": f"UPDATE shown.license SET version = 3 WHERE license_id = '{license_of(IMPORTED)}'"}),
    ("earned, and without a print job", QUEUED, {"printing": f"DELETE FROM job WHERE job_id = '{job_of(QUEUED)}'"}),
    ("undone, and still printing", UNDONE,
     {"printing": f"UPDATE job SET state = 'queued' WHERE job_id = '{job_of(UNDONE)}'"}),
    ("a job in no known state", job_of(QUEUED),
     {"printing": f"UPDATE job SET state = 'lost' WHERE job_id = '{job_of(QUEUED)}'"}),
    ("stopped or held without a reason", job_of(UNDONE), {"printing": "UPDATE job SET reason_code = ''"}),
    ("stopped or held without a reason", job_of(QUEUED),
     {"printing": f"UPDATE job SET state = 'held' WHERE job_id = '{job_of(QUEUED)}'"}),
    ("mailed without a mailed piece", job_of(MAILED), {"printing": "UPDATE piece SET state = 'printed'"}),
    ("two mailed pieces of one job", job_of(MAILED), {"printing": "UPDATE piece SET state = 'mailed'"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "which", "changes"), DIFFERENCES, ids=[what for what, *_ in DIFFERENCES])
async def test_a_planted_difference_is_named_and_fails(
    desk: Desk, planted: Planted, what: str, which: str | UUID, changes: dict[str, str]
) -> None:
    for service, sql in changes.items():
        await planted.run(service, sql)
    await differs(desk, f"{what}: {which}")


async def test_a_period_that_two_applications_earned_is_named(desk: Desk, planted: Planted) -> None:
    await planted.approval(STRANGE, "completed")
    await planted.run("credentials", has_periods("credentials", MAILED, TWICE))
    await planted.job(STRANGE, "queued")
    await differs(desk, f"a period that was earned twice: {shown(license_of(MAILED))}")


async def test_a_second_job_of_an_application_and_a_job_of_none_are_named(desk: Desk, planted: Planted) -> None:
    await planted.job(QUEUED, "queued", job=job_of(STRANGE))
    await differs(desk, f"two print jobs of one application: {QUEUED}")
    await planted.at_rest()
    await planted.job(HELD, "queued")
    await differs(desk, f"a print job without a period: {HELD}")


async def differs(desk: Desk, line: str) -> None:
    """One difference is named, and it alone."""
    said = await desk.elms("reconcile")
    found = [each.strip() for each in said.text.splitlines() if each.startswith("  difference")]
    assert (said.code, found) == (1, [f"difference  {line}"]), said.text
    assert "1 differences." in said


async def test_of_many_that_differ_twenty_are_named_and_the_others_counted(desk: Desk, planted: Planted) -> None:
    await planted.run(
        "renewals",
        """INSERT INTO application (application_id, version, state, reference, kind, person_id, license_id, option,
                                    filed_at, due_on)
           SELECT gen_random_uuid(), 1, 'approved', n::text, 'renewal', gen_random_uuid(), gen_random_uuid(), 'A-CEU',
                  now(), '2026-03-06' FROM generate_series(1, 23) AS n""",
    )
    said = await desk.elms("reconcile")
    assert (said.code, "and 3 more" in said) == (1, True)


async def test_with_wait_what_is_under_way_may_still_arrive(desk: Desk, planted: Planted) -> None:
    await planted.run("renewals", f"UPDATE application SET state = 'approved' WHERE application_id = '{BLOCKED}'")
    assert (await desk.elms("reconcile", "--wait", "0.1")).code == 1
    waiting = asyncio.create_task(desk.elms("reconcile", "--wait", "60"))
    await asyncio.sleep(0.3)
    await planted.run("renewals", f"UPDATE application SET state = 'blocked' WHERE application_id = '{BLOCKED}'")
    said = await waiting
    assert (said.code, "No difference." in said) == (0, True), said.text


async def test_one_services_database_is_not_taken_for_all(desk: Desk) -> None:
    """As in a container of one service, where the comparison would find its own rows on all sides."""
    said = await desk.elms(
        "reconcile", ELMS_DATABASES="", ELMS_DATABASE="postgresql://credentials:x@127.0.0.1:9/credentials"
    )
    assert (said.code, said.text) == (1, "elms: ELMS_DATABASES names no database of renewals.\n")
