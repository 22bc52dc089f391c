"""Chapter 5: the next business day's batch, and the print shop that takes, clears, prints and mails it."""

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

from ops.demo.clock import next_morning
from ops.demo.timeline import chapter, tell, timed, until
from ops.errors import Obstacle
from ops.faces import Faces, Refusal

if TYPE_CHECKING:
    from ops.demo.run import Demo


async def tell_story(demo: "Demo") -> None:
    chapter(5, "The next business day: the batch is cut, rendered, released; the print shop mails it")
    shop, officer = demo.person("gloria.tate"), demo.person("cynthia.marsh")
    await _stock(demo, shop)
    morning = next_morning(demo.settings)
    tell(f"the business clock is moved to {morning:%A, %B %-d, 6:02 a.m.}: weekends and holidays are skipped")
    batch = await released(shop)
    await _download(shop, batch)
    curtis = await officer.get("credentials", f"/licenses/{demo.cohort.license('0106')}")
    with timed("an officer suspends Curtis Hollins's license after his page was printed"):
        order = {"note": "Suspended by order of the Commission."}
        await officer.post("credentials", f"/licenses/{curtis['license_id']}/suspend", order)
    mailed = await mail_batch(shop, batch, spoil_one=True)
    maria = demo.person("maria.lopez")
    found = await until("LicenseMailed", lambda: _mailed(maria))
    tell(f"Maria López's history: {found}")
    await _comes_back(shop, batch, mailed)


async def _comes_back(shop: Faces, batch: dict[str, Any], mailed: list[str]) -> None:
    """The post returns one: its educator is asked for the address, and the desk shows it."""
    await _report(shop, f"/batches/{batch['batch_id']}", batch["lease"], mailed[-1:], "returned", note="Moved")
    tell("the post brings one letter back: it waits for its educator's new address")


async def clear_desk(demo: "Demo") -> None:
    """What an earlier run left is printed and mailed before this run's people file."""
    shop = demo.person("gloria.tate")
    while True:
        while batch := await _take(shop):
            await mail_batch(shop, batch)
        left = await _waiting(shop)
        if not left:
            return
        tell(f"{left:,} licenses of an earlier run wait to be printed: the shop prints and mails them first")
        next_morning(demo.settings)
        await mail_batch(shop, await released(shop))


async def _waiting(shop: Faces) -> int:
    desk = await shop.get("printing", "/desk")
    return sum(row["jobs"] for row in desk["waiting"] if row["state"] == "queued" and row["reason_code"] != "held")


async def _stock(demo: "Demo", shop: Faces) -> None:
    first = demo.cohort.number * 1_000_000
    sheets = {"first": f"S{first:09}", "last": f"S{first + 49_999:09}"}
    await shop.post("printing", "/stock/receipts", sheets)
    tell(f"50,000 numbered sheets from {sheets['first']} taken into stock")


async def released(shop: Faces, seconds: float = 300) -> dict[str, Any]:
    """Takes the batch that is released next, under a lease."""
    with timed("cut, rendered and released; taken under a lease"):
        batch = await until("The batch", lambda: _take(shop), seconds=seconds, every=0.2)
    tell(f"batch {batch['number']}: {batch['pieces']} pieces, lease {batch['lease']}")
    return batch


async def _take(shop: Faces) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = await shop.post("printing", "/batches/take")
    except Refusal:
        return None
    return found


async def _download(shop: Faces, batch: dict[str, Any]) -> None:
    address = f"/batches/{batch['batch_id']}"
    for file in batch["files"]:
        content = await shop.get("printing", f"{address}/files/{file['name']}")
        if hashlib.sha256(content).hexdigest() != file["sha256"]:
            raise Obstacle(f"{file['name']} is not what the manifest says.")
    megabytes = sum(file["bytes"] for file in batch["files"]) / 1e6
    tell(f"{len(batch['files'])} PDF/A files, {megabytes:.1f} MB, hashes as in the manifest")


async def mail_batch(shop: Faces, batch: dict[str, Any], *, spoil_one: bool = False) -> list[str]:
    """Prints, clears, inserts and mails every piece, and returns the mailed; one is spoiled, and printed again."""
    address, lease = f"/batches/{batch['batch_id']}", batch["lease"]
    ids = [piece["piece_id"] for piece in await _pieces(shop, address)]
    if spoil_one:
        await _report(shop, address, lease, ids[:1], "spoiled", note="jam in the feeder")
        again = await shop.post("printing", f"{address}/reprint", {"lease": lease})
        tell(f"one sheet spoiled: {again['pieces']} piece is printed again in a batch of its own")
        ids = ids[1:]
    mailed = await _through(shop, address, lease, ids, tell_stopped=True)
    if spoil_one:
        extra = await released(shop)
        await mail_batch(shop, extra)
    return mailed


async def _pieces(shop: Faces, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = -1
    while page := await shop.get("printing", f"{address}/pieces", after=after, limit=2000):
        found += page
        after = page[-1]["place"]
    return found


async def _through(shop: Faces, address: str, lease: int, ids: list[str], *, tell_stopped: bool) -> list[str]:
    await _report(shop, address, lease, ids, "printed")
    cleared: list[str] = []
    for start in range(0, len(ids), 500):
        body = {"lease": lease, "pieces": ids[start : start + 500]}
        for answer in await shop.post("printing", f"{address}/clear", body):
            if answer["cleared"]:
                cleared.append(answer["piece_id"])
            elif tell_stopped:
                tell(f"not cleared: {answer['detail']} It is set aside before its envelope.")
    await _report(shop, address, lease, cleared, "inserted")
    with timed(f"{len(cleared)} cleared, inserted and mailed; {len(ids) - len(cleared)} stopped"):
        await _report(shop, address, lease, cleared, "mailed")
    return cleared


async def _report(shop: Faces, address: str, lease: int, ids: list[str], outcome: str, *, note: str = "") -> None:
    for start in range(0, len(ids), 1000):
        said = [
            {"piece_id": each, "outcome": outcome, "lease": lease, "note": note} for each in ids[start : start + 1000]
        ]
        answers = await shop.post("printing", f"{address}/reports", {"lease": lease, "reports": said})
        refused = [answer for answer in answers if not answer["accepted"]]
        if refused:
            raise Obstacle(f"{outcome}: {refused[0]['detail']}")
        await asyncio.sleep(0)


async def _mailed(who: Faces) -> str | None:
    [application] = [a for a in await who.get("renewals", "/applications") if a["state"] == "completed"]
    shown = await who.get("renewals", f"/applications/{application['reference']}")
    lines: list[str] = [entry["text"] for entry in shown["timeline"]]
    return next((line for line in lines if "ailed" in line), None)
