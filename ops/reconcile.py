"""The proof: what was approved, what became of it, and whether every service tells the same story.

    each approval  → exactly one period, refusal or reversal
    each period → shown in the look-up, and nothing else is; no state there is later than its owner's
    each period earned here → exactly one job, and no job without one
    each job → its piece mailed, waiting, held, or stopped with a reason

Read from the databases of the services that own each part, compared as sets of ids. Anything that differs is named.
It is meant for a system at rest; what is still under way shows as a difference, and `--wait` waits for it.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ops.installation import runtime_of
from shared.database import fetch

SHOWN = 20
"""Ids named for each difference; the count is of all."""
_BETWEEN_SECONDS = 1.0


@dataclass
class Difference:
    """Things that should be there and are not, or the other way round."""

    what: str
    ids: list[str]

    def __str__(self) -> str:
        more = f" and {len(self.ids) - SHOWN} more" if len(self.ids) > SHOWN else ""
        return f"{self.what}: {', '.join(self.ids[:SHOWN])}{more}"


@dataclass
class Reconciled:
    """The counts, and the differences."""

    counts: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def expect(self, what: str, these: Iterable[Any], within: Iterable[Any]) -> None:
        """Notes those of `these` that are not `within`."""
        missing = sorted(map(str, set(these) - set(within)))
        if missing:
            self.differences.append(Difference(what, missing))

    def once(self, what: str, ids: Sequence[Any]) -> None:
        """Notes what stands more than once."""
        seen: set[Any] = set()
        twice = sorted({str(each) for each in ids if each in seen or seen.add(each)})  # type: ignore[func-returns-value]
        if twice:
            self.differences.append(Difference(what, twice))


async def rows_of(service: str, sql: str) -> list[Any]:
    """Rows from a service's own database."""
    runtime = runtime_of(service)
    try:
        async with runtime.database.begin() as connection:
            return list(await fetch(connection, sql))
    finally:
        await runtime.close()


APPROVED = """
    SELECT application_id::text AS id, state FROM application
    WHERE state IN ('approved', 'completed', 'blocked', 'reversing', 'undone')
"""
HELD = """
    SELECT license_id::text AS license, version, period ->> 'application_id' AS application,
           period ->> 'valid_until' AS until
    FROM license, jsonb_array_elements(periods) AS period
"""
SHOWN_PERIODS = """
    SELECT license_id::text AS license, version, period ->> 'valid_until' AS until
    FROM shown.license, jsonb_array_elements(periods) AS period
"""
JOBS = """
    SELECT job_id::text AS id, license_id::text AS license, application_id::text AS application,
           valid_until::text AS until, state, reason_code FROM job
"""
PIECES = "SELECT job_id::text AS job, count(*) FILTER (WHERE state = 'mailed') AS mailed FROM piece GROUP BY job_id"
KNOWN_STATES = {"queued", "held", "cut", "released", "mailed", "returned", "stopped"}


async def reconcile() -> Reconciled:
    """Compares what the services keep. Raises what a database raises."""
    found = Reconciled()
    approvals = await rows_of("renewals", APPROVED)
    held = await rows_of("credentials", HELD)
    earned = [row for row in held if row.application]
    _approvals(found, approvals, earned)
    await _shown(found, held)
    await _printed(found, approvals, earned)
    return found


async def reconcile_within(seconds: float) -> Reconciled:
    """Compares again and again until nothing differs or the time is up."""
    end = time.monotonic() + seconds
    while True:
        found = await reconcile()
        left = end - time.monotonic()
        if not found.differences or left <= 0:
            return found
        await asyncio.sleep(min(left, _BETWEEN_SECONDS))


def _approvals(found: Reconciled, approvals: Sequence[Any], earned: Sequence[Any]) -> None:
    """Each approval led to one period, refusal or reversal; nothing was earned without one."""
    by_state: dict[str, set[str]] = {}
    for row in approvals:
        by_state.setdefault(row.state, set()).add(row.id)
    of_periods = [row.application for row in earned]
    found.counts["approvals"] = len(approvals)
    found.counts["periods earned"] = len(earned)
    found.counts["refused"] = len(by_state.get("blocked", ()))
    found.counts["reversed"] = len(by_state.get("undone", ()))
    under_way = by_state.get("approved", set()) | by_state.get("reversing", set())
    found.expect("approved, and still without an outcome", under_way, ())
    found.expect("completed without a period", by_state.get("completed", ()), of_periods)
    found.expect("a period without an approval", of_periods, by_state.get("completed", set()) | under_way)
    found.once("an application that earned two periods", of_periods)
    found.once("a period that was earned twice", [(row.license, row.until) for row in earned])


async def _shown(found: Reconciled, held: Sequence[Any]) -> None:
    """What the public sees are the periods of licenses: those of before it was asked, or those of after."""
    rows = await rows_of("lookup", SHOWN_PERIODS)
    now = await rows_of("credentials", HELD)
    periods, periods_now, shown = ([(row.license, row.until) for row in side] for side in (held, now, rows))
    earned = {(row.license, row.until) for row in held if row.application}
    found.counts["shown in the look-up"] = len(earned & set(shown))
    found.expect("not shown in the look-up", periods, shown)
    found.expect("shown in the look-up, and no period of a license", shown, periods + periods_now)
    found.once("shown twice in the look-up", shown)
    known = {row.license: row.version for row in now}
    later = [row.license for row in rows if row.version > known.get(row.license, row.version)]
    found.expect("shown in the look-up in a state that credentials no longer knows", later, ())


async def _printed(found: Reconciled, approvals: Sequence[Any], earned: Sequence[Any]) -> None:
    """Each period earned has one job; each job ends in one mailed piece, waits, or says why not."""
    jobs = await rows_of("printing", JOBS)
    mailed = {row.job: row.mailed for row in await rows_of("printing", PIECES)}
    for state in sorted({row.state for row in jobs}):
        found.counts[f"jobs {state}"] = sum(row.state == state for row in jobs)
    of_applications = [row.application for row in jobs if row.application]
    found.expect("earned, and without a print job", [row.application for row in earned], of_applications)
    found.once("two print jobs of one application", of_applications)
    undone = {row.id for row in approvals if row.state == "undone"}
    alive = {row.application for row in jobs if row.application and row.state != "stopped"}
    found.expect("a print job without a period", alive - undone, [row.application for row in earned])
    found.expect("undone, and still printing", undone & alive, ())
    found.expect("a job in no known state", [row.id for row in jobs if row.state not in KNOWN_STATES], ())
    silent = [row.id for row in jobs if row.state in ("stopped", "held") and not row.reason_code]
    found.expect("stopped or held without a reason", silent, ())
    found.expect(
        "mailed without a mailed piece", [r.id for r in jobs if r.state == "mailed" and not mailed.get(r.id)], ()
    )
    found.expect("two mailed pieces of one job", [job for job, count in mailed.items() if count > 1], ())
