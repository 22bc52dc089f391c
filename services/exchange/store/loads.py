"""Loads of files: where each stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.exchange.domain.errors import LoadMovedOn, LoadUnknown
from shared.database import Row as Record
from shared.ids import CreditId
from shared.messaging.work import Work

ACTIVE = ("checking", "loading", "recalling")
COUNTS = ("rows", "new", "known", "waiting", "wrong", "said", "parked", "accepted", "refused", "taken_back")


async def add(work: Work, **values: Any) -> None:
    """A new load, to be checked. One that exists stays as it is."""
    await work.run(
        """INSERT INTO load (load_id, agency, kind, name, sha256, columns, bytes, first_byte, next_byte, next_row,
                             state, by, by_name, version, at)
           VALUES (:load_id, :agency, :kind, :name, :sha256, CAST(:columns AS text[]), :bytes, :first_byte, :first_byte,
                   2, 'checking', :by, :by_name, :version, :now) ON CONFLICT (load_id) DO NOTHING""",
        **values, version=work.next_version(), now=work.now,
    )  # fmt: skip


async def get(work: Work, load_id: UUID, *, lock: bool = False) -> Record:
    """The load. Raises `LoadUnknown`."""
    row = await work.row(f"SELECT * FROM load WHERE load_id = :id {'FOR UPDATE' if lock else ''}", id=load_id)
    if row is None:
        raise LoadUnknown(load_id=load_id)
    return row


async def find_all(work: Work, at_most: int = 100) -> Sequence[Record]:
    """The latest loads."""
    return await work.rows("SELECT * FROM load ORDER BY at DESC LIMIT :at_most", at_most=at_most)


async def find_active(work: Work) -> Sequence[Record]:
    """The loads that have work to be done."""
    return await work.rows(
        "SELECT * FROM load WHERE state = ANY(CAST(:active AS text[])) ORDER BY at, load_id", active=list(ACTIVE)
    )


async def move(work: Work, load: Any, *, state: str, next_byte: int, next_row: int, **counted: int) -> None:
    """Moves a load on from where it was read, and adds to its counts. Raises `LoadMovedOn` when it has moved."""
    adds = "".join(f', "{count}" = "{count}" + :{count}' for count in COUNTS if count in counted)
    moved = await work.run(
        f"""UPDATE load SET state = :state, next_byte = :next_byte, next_row = :next_row, version = version + 1{adds}
            WHERE load_id = :id AND state = :was AND next_byte = :stood""",
        id=load.load_id, was=load.state, stood=load.next_byte, state=state, next_byte=next_byte, next_row=next_row,
        **counted,
    )  # fmt: skip
    if not moved:
        raise LoadMovedOn(state=load.state)


async def begin(work: Work, load: Any, state: str, next_byte: int, reason: str = "") -> None:
    """Begins another state of a locked load."""
    await work.run(
        """UPDATE load SET state = :state, next_byte = :next_byte, next_row = 2, reason = :reason,
               version = version + 1 WHERE load_id = :id""",
        id=load.load_id, state=state, next_byte=next_byte, reason=reason,
    )  # fmt: skip


async def see(work: Work, load_id: UUID, credits: Sequence[CreditId]) -> set[CreditId]:
    """Remembers which credits a file names; those that it had not named before."""
    rows = await work.rows(
        """INSERT INTO load_seen (load_id, credit_id)
           SELECT CAST(:load_id AS uuid), unnest(CAST(:credits AS uuid[]))
           ON CONFLICT DO NOTHING RETURNING credit_id""",
        load_id=load_id, credits=credits,
    )  # fmt: skip
    return {CreditId(row.credit_id) for row in rows}


async def forget_seen(work: Work, at_most: int = 20_000) -> int:
    """Forgets what files named whose check has ended."""
    return await work.run(
        """DELETE FROM load_seen WHERE ctid = ANY(ARRAY(
               SELECT load_seen.ctid FROM load_seen JOIN load USING (load_id) WHERE state <> 'checking'
               LIMIT :at_most))""",
        at_most=at_most,
    )


async def find_recallable(work: Work, load_id: UUID, after: int, at_most: int) -> Sequence[Record]:
    """The next awards of a load that stand or wait and that nobody has taken back."""
    return await work.rows(
        """SELECT * FROM receipt WHERE load_id = :id AND place > :after AND type = 'CreditsAwarded'
               AND state <> 'refused' AND NOT EXISTS (
                   SELECT 1 FROM receipt AS recall WHERE recall.credit_id = receipt.credit_id
                       AND recall.type = 'CreditsRecalled' AND recall.state IN ('passed', 'accepted'))
           ORDER BY place LIMIT :at_most""",
        id=load_id, after=after, at_most=at_most,
    )  # fmt: skip


async def find_affected(work: Work, load_id: UUID, at_most: int) -> Sequence[Record]:
    """The licenses toward which credits of a load count, and how many of them; first those with the most."""
    return await work.rows(
        """SELECT receipt.license_id, license.number, min(receipt.text) AS text, count(*) AS credits
           FROM receipt LEFT JOIN license USING (license_id)
           WHERE load_id = :id AND type = 'CreditsAwarded' AND state = 'accepted'
           GROUP BY receipt.license_id, license.number ORDER BY credits DESC, number LIMIT :at_most""",
        id=load_id, at_most=at_most,
    )  # fmt: skip


async def count_standing(work: Work, load_id: UUID) -> Record | None:
    """How many awards of a load stand, wait for an answer or are parked, of how many people; and recalls under way."""
    return await work.row(
        """SELECT count(*) FILTER (WHERE state = 'accepted') AS accepted,
                  count(*) FILTER (WHERE state = 'passed') AS passed,
                  count(*) FILTER (WHERE state = 'parked') AS parked,
                  count(DISTINCT person_id) AS people, count(DISTINCT license_id) AS licenses,
                  (SELECT count(*) FROM receipt WHERE load_id = :id AND type = 'CreditsRecalled' AND state = 'passed')
                      AS recalling
           FROM receipt WHERE load_id = :id AND type = 'CreditsAwarded' AND state <> 'refused'""",
        id=load_id,
    )


async def count(work: Work, load_id: UUID, counted: Mapping[str, int]) -> None:
    """Adds to a load's counts."""
    if counted:
        adds = ", ".join(f'"{name}" = "{name}" + :{name}' for name in counted)
        await work.run(f"UPDATE load SET {adds}, version = version + 1 WHERE load_id = :id", id=load_id, **counted)
