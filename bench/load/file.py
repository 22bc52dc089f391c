"""The file of credits, and the people whom it names, in every service's database what it would know of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg

from bench.chain.cohort import YEARS, ends_on

CREDITS_A_PERSON = 10
COLUMNS = ("reference", "educator_number", "unit", "amount", "title", "provider", "completed_on")
_PERSON, _LICENSE, _NUMBER = "md5('leader' || n)::uuid", "md5('leading' || n)::uuid", "'A' || lpad(n::text, 7, '0')"


def rows(count: int) -> list[tuple[str, ...]]:
    """So many credits, ten of each person, each a training of its own."""
    done = date(ends_on(datetime.now(UTC).date()).year - 3, 9, 1)
    return [
        (
            f"SEMI-{n:07}", f"MSB{n // CREDITS_A_PERSON:07}", "semi", "5",
            f"Leadership Institute {n % CREDITS_A_PERSON + 1}", "Academy for School Leaders",
            done.replace(day=1 + n % CREDITS_A_PERSON).isoformat(),
        )
        for n in range(count)
    ]  # fmt: skip


def write(file: Path, count: int) -> None:
    """Writes them as CSV."""
    file.write_text("\n".join(map(",".join, [COLUMNS, *rows(count)])) + "\n")


def _fills(begun: date, until: date) -> Mapping[str, tuple[str, ...]]:
    """Administrators, for whom SEMI credits count."""
    period = f"jsonb_build_object('effective_from', '{begun}', 'valid_until', '{until}', 'earning_from', '{begun}')"
    return {
        "credentials": (
            f"""INSERT INTO person (person_id, version, known_version, educator_number)
                SELECT {_PERSON}, 1, 1, 'MSB' || lpad(n::text, 7, '0')""",
            f"""INSERT INTO license (license_id, version, public_id, number, person_id, license_type, license_class,
                    endorsements, periods, valid_until, standing, provisional)
                SELECT {_LICENSE}, 1, md5('led' || n), {_NUMBER}, {_PERSON}, 'career_administrator', 'AA',
                       ARRAY['486'], jsonb_build_array({period}), '{until}'::date, 'good', false""",
        ),
        "exchange": (
            f"""INSERT INTO person (person_id, educator_number, last_names, version)
                SELECT {_PERSON}, 'MSB' || lpad(n::text, 7, '0'), ARRAY['moss'], 1""",
            f"""INSERT INTO license (license_id, number, person_id, version)
                SELECT {_LICENSE}, {_NUMBER}, {_PERSON}, 1""",
        ),
    }


async def fill(databases: Mapping[str, str], count: int) -> None:
    """Makes the people whom a file of so many credits names."""
    until = ends_on(datetime.now(UTC).date())
    for service, statements in _fills(date(until.year - YEARS, 7, 1), until).items():
        connection = await asyncpg.connect(databases[service])
        for statement in statements:
            await connection.execute(f"{statement} FROM generate_series(0, {(count - 1) // CREDITS_A_PERSON}) AS n")
        await connection.execute("VACUUM ANALYZE")
        await connection.close()
