"""One license, as the public sees it."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from orjson import Fragment
from pydantic import TypeAdapter

from services.lookup.domain.status import Status, current_period, status_on
from shared.contracts.values import Discipline, Period, Value
from shared.database import Row
from shared.errors import NotFound
from shared.messaging.work import Work
from shared.policies import Policy, load
from shared.policies.clocks import OPEN


class NoSuchLicense(NotFound):
    """Nobody has a license of this number or address."""

    text = "No license has this number or address. The paper may be damaged or not genuine; search by number."


class District(Value):
    """A district of the holder."""

    organization_id: UUID
    name: str


class Coded(Value):
    """A code of the policy, and what it means."""

    code: str
    name: str
    grades: str = ""


class PublicLicense(Value):
    """All that the public may know of a license today. `valid_until` is None where it is not known yet."""

    license_id: UUID
    public_id: str
    number: str
    name: str
    license_type: Coded
    license_class: Coded
    endorsements: tuple[Coded, ...]
    status: Status
    effective_from: date | None
    valid_until: date | None
    suspended_until: date | None
    periods: tuple[Period, ...]
    discipline: tuple[Discipline, ...]
    districts: tuple[District, ...]
    version: int
    name_version: int


COLUMNS = """
    CAST(license.license_id AS text), license.public_id, license.number, license.name,
    concat_ws(E'\\n', license.license_type, license.license_class, license.endorsements, license.periods,
              license.standing, coalesce(CAST(license.standing_until AS text), ''), license.provisional,
              license.discipline) AS facts,
    CASE WHEN cardinality(license.districts) = 0 THEN '[]' ELSE
        (SELECT CAST(coalesce(jsonb_agg(jsonb_build_object('organization_id', d.organization_id, 'name', d.name)
                                        ORDER BY d.name), '[]') AS text)
         FROM shown.organization AS d WHERE d.organization_id = ANY(license.districts)) END AS districts,
    license.version, license.name_version
"""
"""What is alike for many licenses comes as one text, of which the last ones are not read again."""

Shown = dict[str, Any]
"""A `PublicLicense` as orjson writes it: to make and write fifty models takes ten times as long."""
_PERIODS: TypeAdapter[tuple[Period, ...]] = TypeAdapter(tuple[Period, ...])
_DISCIPLINE: TypeAdapter[tuple[Discipline, ...]] = TypeAdapter(tuple[Discipline, ...])
_DISTRICTS: TypeAdapter[tuple[District, ...]] = TypeAdapter(tuple[District, ...])
KEPT = 4096
"""A register of a million licenses has some thousand different texts of a kind: the last ones are not read again."""


async def find_by_public_ids(work: Work, public_ids: Sequence[str]) -> dict[str, Shown]:
    """The licenses behind the addresses that their documents' QR codes point to."""
    return await _find(work, "public_id", public_ids)


async def find_by_numbers(work: Work, keys: Sequence[str]) -> dict[str, Shown]:
    """The licenses of these numbers, as `number_key` has them."""
    return await _find(work, "number_key", keys)


async def _find(work: Work, column: str, values: Sequence[str]) -> dict[str, Shown]:
    sql = f"""SELECT {COLUMNS}, asked.value AS asked
              FROM unnest(CAST(:values AS text[])) AS asked (value)
              CROSS JOIN LATERAL (SELECT * FROM shown.license WHERE license.{column} = asked.value
                                  ORDER BY license.version DESC LIMIT 1) AS license"""
    today = work.today
    return {row["asked"]: public_license(row, today, work.policy) for row in await work.rows(sql, values=values)}


def public_license(row: Row, today: date, policy: Policy) -> Shown:
    """A row that begins with `COLUMNS` as the public sees it today, with the policy's words for its codes."""
    license_id, public_id, number, name, facts, districts, version, name_version = row[:8]
    return {
        "license_id": license_id,
        "public_id": public_id,
        "number": number,
        "name": name,
        **_facts(facts, today, policy.jurisdiction),
        "districts": _districts(districts),
        "version": version,
        "name_version": name_version,
    }


@lru_cache(KEPT)
def _facts(told: str, today: date, jurisdiction: str) -> Shown:
    kind, group, endorsements, periods, standing, until, provisional, discipline = told.split("\n")
    standing_until = date.fromisoformat(until) if until else None
    return {
        **_in_words(jurisdiction, kind, group, endorsements),
        **_on_day(today, periods, standing, standing_until, provisional == "t"),
        "discipline": Fragment(_DISCIPLINE.dump_json(_DISCIPLINE.validate_json(discipline))),
    }


@lru_cache(KEPT)
def _districts(told: str) -> Fragment:
    return Fragment(_DISTRICTS.dump_json(_DISTRICTS.validate_json(told)))


@lru_cache(KEPT)
def _on_day(today: date, told: str, standing: str, standing_until: date | None, provisional: bool) -> Shown:
    """What the public is told of a license's periods and standing on a day."""
    periods = _PERIODS.validate_json(told)
    current = current_period(periods, today)
    status = status_on(today, periods, standing, standing_until, provisional)
    end = periods[-1].valid_until if periods else OPEN
    return {
        "status": status,
        "effective_from": current.effective_from if current else None,
        "valid_until": None if end == OPEN else end,
        "suspended_until": standing_until if status is Status.SUSPENDED else None,
        "periods": Fragment(_PERIODS.dump_json(periods)),
    }


@lru_cache(KEPT)
def _in_words(jurisdiction: str, license_type: str, license_class: str, endorsements: str) -> Shown:
    """The codes with their words; a code alone where the policy has none (it may be from another time)."""
    policy = load(jurisdiction)
    return {
        "license_type": _coded(license_type, policy.find_license_type(license_type)),
        "license_class": _coded(license_class, policy.find_license_class(license_class)),
        "endorsements": [_coded(code, policy.find_endorsement(code)) for code in orjson.loads(endorsements)],
    }


def _coded(code: str, row: Any) -> Fragment:
    found = Coded(code=code, name=row.name, grades=getattr(row, "grades", "")) if row else Coded(code=code, name=code)
    return Fragment(found.model_dump_json())
