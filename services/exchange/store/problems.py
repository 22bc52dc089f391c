"""What is wrong with the rows of a load."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.exchange.domain.problems import Problem
from shared.database import Row as Record
from shared.messaging.work import Work

Found = tuple[int, Problem, str]
"""row, what is wrong, the row's reference"""


async def note(work: Work, load_id: UUID, found: Iterable[Found]) -> int:
    """Keeps what is wrong with rows; what a row had before is replaced. Returns how many rows are new among these."""
    problems = list(found)
    if not problems:
        return 0
    rows = await work.rows(
        """INSERT INTO load_problem (load_id, "row", field, problem, fix, reference)
           SELECT CAST(:load_id AS uuid), * FROM unnest(CAST(:rows AS int[]), CAST(:fields AS text[]),
               CAST(:problems AS text[]), CAST(:fixes AS text[]), CAST(:references AS text[]))
           ON CONFLICT (load_id, "row") DO UPDATE SET field = excluded.field, problem = excluded.problem,
               fix = excluded.fix
           RETURNING xmax = 0 AS is_new""",
        load_id=load_id, rows=[row for row, _, _ in problems], fields=[p.field for _, p, _ in problems],
        problems=[p.problem for _, p, _ in problems], fixes=[p.fix for _, p, _ in problems],
        references=[reference for _, _, reference in problems],
    )  # fmt: skip
    return sum(row.is_new for row in rows)


async def find(work: Work, load_id: UUID, after: int = 0, at_most: int = 100) -> Sequence[Record]:
    """What is wrong with rows behind `after`, in the file's order."""
    return await work.rows(
        """SELECT "row", field, problem, fix, reference FROM load_problem
           WHERE load_id = :id AND "row" > :after ORDER BY "row" LIMIT :at_most""",
        id=load_id, after=after, at_most=at_most,
    )  # fmt: skip


async def clear(work: Work, load_id: UUID, rows: Sequence[int]) -> None:
    """Nothing is wrong with these rows any more."""
    if rows:
        await work.run(
            """DELETE FROM load_problem WHERE load_id = :id AND "row" = ANY(CAST(:rows AS int[]))""",
            id=load_id, rows=rows,
        )  # fmt: skip
