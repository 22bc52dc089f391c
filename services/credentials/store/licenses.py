"""Licenses: read and written whole, or their periods alone where a hundred thousand are renewed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.credentials.domain.license import Hold, License, Period, Standing
from shared.contracts.values import Discipline
from shared.errors import NotFound
from shared.messaging.work import Work

COLUMNS = """license_id, version, public_id, number, person_id, license_type, license_class, endorsements, periods,
    standing, standing_until, provisional, discipline, hold_reason, hold_until, extensions_used"""
READ = COLUMNS.replace("periods", "CAST(periods AS text) AS periods").replace(
    "discipline", "CAST(discipline AS text) AS discipline"
)
"""As text, for `orjson` reads it in a third of the driver's time."""


class LicenseUnknown(NotFound):
    """No license has this number or id, or the person may not know of it."""

    text = "No license has this number."
    field = "license"


async def find_licenses(work: Work, ids: Iterable[UUID], *, lock: bool = False) -> dict[UUID, License]:
    """The licenses with these ids; locked in the order of their ids where they will change."""
    rows = await work.rows(
        f"SELECT {READ} FROM license WHERE license_id = ANY(CAST(:ids AS uuid[])) ORDER BY license_id"
        + (" FOR UPDATE" if lock else ""),
        ids=sorted(set(ids)),
    )
    return {row.license_id: license_of(row) for row in rows}


async def get_license(work: Work, license_id: UUID, *, lock: bool = False) -> License:
    """One license. Raises `LicenseUnknown`."""
    found = await find_licenses(work, [license_id], lock=lock)
    if license_id not in found:
        raise LicenseUnknown
    return found[license_id]


async def get_by_number(work: Work, number: str) -> License:
    """The license with this number. Raises `LicenseUnknown`."""
    row = await work.row(f"SELECT {READ} FROM license WHERE number = :number", number=number)
    if row is None:
        raise LicenseUnknown
    return license_of(row)


async def find_by_numbers(work: Work, numbers: Sequence[str]) -> dict[str, License]:
    """The licenses that have these numbers."""
    rows = await work.rows(
        f"SELECT {READ} FROM license WHERE number = ANY(CAST(:numbers AS text[]))", numbers=list(numbers)
    )
    return {row.number: license_of(row) for row in rows}


async def find_of_people(work: Work, people: Iterable[UUID], *, lock: bool = False) -> dict[UUID, list[License]]:
    """The licenses of each person (by the id they are kept under), the one that ends last first."""
    rows = await work.rows(
        f"SELECT {READ} FROM license WHERE person_id = ANY(CAST(:people AS uuid[])) ORDER BY license_id"
        + (" FOR UPDATE" if lock else ""),
        people=list(people),
    )
    found: dict[UUID, list[License]] = {}
    for license in sorted(map(license_of, rows), key=lambda each: each.valid_until, reverse=True):
        found.setdefault(license.person_id, []).append(license)
    return found


async def find_after(work: Work, after: UUID | None, limit: int) -> list[License]:
    """The next licenses in the order of their ids, locked."""
    rows = await work.rows(
        f"""SELECT {READ} FROM license
            WHERE CAST(:after AS uuid) IS NULL OR license_id > CAST(:after AS uuid)
            ORDER BY license_id LIMIT :limit FOR UPDATE""",
        after=after, limit=limit,
    )  # fmt: skip
    return [license_of(row) for row in rows]


async def find_ended(work: Work, limit: int) -> list[License]:
    """Licenses whose end has passed and was not said yet, locked; those that somebody works on are left for later."""
    rows = await work.rows(
        f"""SELECT {READ} FROM license
            WHERE valid_until < :today AND expiry_said IS DISTINCT FROM valid_until
            ORDER BY license_id LIMIT :limit FOR UPDATE SKIP LOCKED""",
        today=work.today, limit=limit,
    )  # fmt: skip
    return [license_of(row) for row in rows]


async def find_suspended_until_before(work: Work, day: date, limit: int) -> list[License]:
    """Licenses whose suspension had an end before the day, locked."""
    rows = await work.rows(
        f"""SELECT {READ} FROM license WHERE standing = 'suspended' AND standing_until < :day
            ORDER BY license_id LIMIT :limit FOR UPDATE SKIP LOCKED""",
        day=day, limit=limit,
    )  # fmt: skip
    return [license_of(row) for row in rows]


async def mark_expiry_said(work: Work, ids: Iterable[UUID]) -> None:
    """The end of these licenses is said."""
    await work.run(
        "UPDATE license SET expiry_said = valid_until WHERE license_id = ANY(CAST(:ids AS uuid[]))", ids=list(ids)
    )


async def save_periods(work: Work, licenses: Sequence[License]) -> None:
    """Writes what a renewal changes, and nothing that is indexed: every row is updated in its page (HOT)."""
    if not licenses:
        return
    await work.run(
        """UPDATE license SET periods = given.periods, valid_until = given.valid_until, version = given.version
           FROM unnest(CAST(:ids AS uuid[]), CAST(:periods AS jsonb[]), CAST(:ends AS date[]),
                       CAST(:versions AS bigint[])) AS given (license_id, periods, valid_until, version)
           WHERE license.license_id = given.license_id""",
        ids=[license.license_id for license in licenses],
        periods=[_periods(license) for license in licenses],
        ends=[license.valid_until for license in licenses],
        versions=[license.version for license in licenses],
    )


async def save(work: Work, license: License) -> None:
    """Writes all of one license that may change."""
    await work.run(
        """UPDATE license SET version = :version, person_id = :person_id, license_type = :license_type,
               license_class = :license_class, endorsements = CAST(:endorsements AS text[]),
               periods = CAST(:periods AS jsonb), valid_until = :valid_until, standing = :standing,
               standing_until = :standing_until, provisional = :provisional,
               discipline = CAST(:discipline AS jsonb), hold_reason = :hold_reason, hold_until = :hold_until,
               extensions_used = :extensions_used
           WHERE license_id = :license_id""",
        **_row(license),
    )


async def next_number(work: Work) -> str:
    """The number of the next license that is issued here; imported ones keep theirs."""
    rows = await work.rows("SELECT nextval('license_number') AS number")
    return str(rows[0].number)


async def insert(work: Work, licenses: Sequence[License]) -> None:
    """Adds new licenses."""
    rows = [
        _row(license)
        | {
            "public_id": license.public_id,
            "number": license.number,
            "periods": orjson.Fragment(_periods(license)),
            "discipline": orjson.Fragment(_discipline(license)),
        }
        for license in licenses
    ]
    await work.run(
        f"""INSERT INTO license ({COLUMNS}, valid_until)
            SELECT {COLUMNS}, valid_until FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (
                license_id uuid, version bigint, public_id text, number text, person_id uuid, license_type text,
                license_class text, endorsements text[], periods jsonb, standing text, standing_until date,
                provisional boolean, discipline jsonb, hold_reason text, hold_until date, extensions_used integer,
                valid_until date)""",
        rows=orjson.dumps(rows, default=str).decode(),  # asyncpg has a UUID of its own
    )


def license_of(row: Any) -> License:
    """The license in a row of `READ`."""
    license_id, version, public_id, number, person_id, license_type, license_class, endorsements, *rest = row
    periods, standing, standing_until, provisional, discipline, hold_reason, hold_until, extensions_used = rest
    return License(
        license_id,
        public_id,
        number,
        person_id,
        license_type,
        license_class,
        tuple(endorsements),
        tuple(map(_period, orjson.loads(periods))),
        Standing(standing),
        standing_until,
        provisional,
        tuple(map(Discipline.model_validate, orjson.loads(discipline))),
        Hold(hold_reason, hold_until) if hold_reason is not None else None,
        extensions_used,
        version,
    )


def _row(license: License) -> dict[str, Any]:
    return {
        "license_id": license.license_id,
        "version": license.version,
        "person_id": license.person_id,
        "license_type": license.license_type,
        "license_class": license.license_class,
        "endorsements": list(license.endorsements),
        "periods": _periods(license),
        "valid_until": license.valid_until,
        "standing": license.standing.value,
        "standing_until": license.standing_until,
        "provisional": license.provisional,
        "discipline": _discipline(license),
        "hold_reason": license.hold.reason if license.hold else None,
        "hold_until": license.hold.until if license.hold else None,
        "extensions_used": license.extensions_used,
    }


def _periods(license: License) -> str:
    """The periods as JSON, by the names that events give them; without what is not there, for short rows."""
    return orjson.dumps([_kept(period) for period in license.periods]).decode()


def _kept(period: Period) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "effective_from": period.effective_from,
        "valid_until": period.valid_until,
        "earning_from": period.earning_from,
    }
    if period.application_id is not None:
        kept |= {"application_id": str(period.application_id), "earned_at": period.earned_at}
    return kept


def _discipline(license: License) -> str:
    return orjson.dumps([action.model_dump(mode="json") for action in license.discipline]).decode()


def _period(kept: dict[str, str]) -> Period:
    application = kept.get("application_id")
    return Period(
        date.fromisoformat(kept["effective_from"]),
        date.fromisoformat(kept["valid_until"]),
        date.fromisoformat(kept["earning_from"]),
        UUID(application) if application else None,
        datetime.fromisoformat(kept["earned_at"]) if application else None,
    )
