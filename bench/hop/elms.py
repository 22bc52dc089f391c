"""The hop as a service of ELMS: a handler and its tables; everything else is shared by every service."""

from types import SimpleNamespace

from sqlalchemy import BigInteger, Column, Table, Uuid

from bench.hop.events import Added, Counted
from shared.database import Database, create_all
from shared.messaging.hears import Events, hears
from shared.messaging.tables import HOT, service_metadata
from shared.messaging.work import Work
from shared.process import run
from shared.service import Service

metadata = service_metadata()
Table(
    "total",
    metadata,
    Column("license_id", Uuid, primary_key=True),
    Column("sum", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    postgresql_with=HOT,
)


@hears(Added, locks="license_id")
async def add_on_added(events: Events[Added], work: Work) -> None:
    """Add each number to its license's sum, and say the new sum."""
    rows = await work.rows(
        """INSERT INTO total (license_id, sum, version)
           SELECT license_id, number, :version
           FROM unnest(CAST(:ids AS uuid[]), CAST(:numbers AS bigint[])) AS given (license_id, number)
           ON CONFLICT (license_id) DO UPDATE SET sum = total.sum + excluded.sum, version = total.version + 1
           RETURNING license_id, sum, version""",
        ids=[e.license_id for e in events], numbers=[e.number for e in events], version=work.next_version(),
    )  # fmt: skip
    totals = {row.license_id: row for row in rows}
    for event in events:
        row = totals[event.license_id]
        work.say(Counted(license_id=event.license_id, total=row.sum), version=row.version, because=event)


service = Service(
    name="bench",
    about="The hop of the benchmark.",
    metadata=metadata,
    handlers=SimpleNamespace(add=add_on_added),  # type: ignore[arg-type]
    publishes=(Counted,),
)


async def prepare(database: str) -> None:
    """Makes the tables."""
    made = Database(database)
    async with made.begin() as connection:
        await create_all(connection, metadata)
    await made.close()


if __name__ == "__main__":
    run(service, ["worker", "relay"])
