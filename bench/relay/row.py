"""The row “relay alone”: how it is run and how it is counted."""

from bench.hop.events import OUTPUT
from bench.stage import Miscounted, Stage


async def run(stage: Stage) -> None:
    """The contender is warmed, the outbox is filled in one transaction, and its commit starts the clock."""
    fill = stage.program.FILL
    await stage.topics(OUTPUT)
    await stage.program.prepare(stage.database)
    await stage.start()
    await stage.connection.execute(fill.format(first=1, last=stage.warm))
    await stage.until_said(OUTPUT, stage.warm)
    filling = stage.connection.transaction()
    await filling.start()
    await stage.connection.execute(fill.format(first=stage.warm + 1, last=stage.warm + stage.events))
    async with stage.clock():
        await filling.commit()
        await stage.tell()
        await stage.until_said(OUTPUT, stage.warm + stage.events)
    await verify(stage)


async def verify(stage: Stage) -> None:
    """Each row was said once. Raises `Miscounted`."""
    records = await stage.said(OUTPUT)
    ids = {dict(record.headers)["ce_id"] for record in records}
    if not len(records) == len(ids) == stage.warm + stage.events:
        raise Miscounted(f"{stage.warm + stage.events} rows, {len(records)} records, {len(ids)} ids")
    last: dict[bytes, int] = {}
    for record in records:
        number = int(dict(record.headers)["ce_sequence"])
        if number <= last.get(record.key, 0):
            raise Miscounted(f"{record.key!r}: {number} was said after {last[record.key]}")
        last[record.key] = number
