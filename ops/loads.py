"""`elms load` and `elms recall`: a file of an agency's credits, previewed, loaded with progress, and taken back."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from ops.errors import Obstacle
from ops.faces import Faces
from ops.progress import console, say

SHOWN = 5
"""Row errors and licenses shown; all of the errors are in the CSV that the service offers."""


async def load_credits(who: Faces, file: Path, agency: str = "mde") -> dict[str, Any]:
    """Checks the file, shows what is in it, and loads what is new; the load as it ended."""
    content = await asyncio.to_thread(file.read_bytes)
    load = await who.send_file("exchange", "/loads", content, agency=agency, name=file.name)
    load = await _until(who, load, lambda load: load["state"] == "checked")
    _show(load)
    load = await who.post("exchange", f"/loads/{load['load_id']}/load")
    load = await _until(who, load, lambda load: load["state"] == "loaded" and not load["open"])
    say(f"  {load['said']:,} passed on: {load['accepted']:,} counted, {load['refused']:,} refused")
    return load


async def recall(who: Faces, load_id: str, reason: str) -> dict[str, Any]:
    """Shows the licenses that a recall would touch, then takes every credit of a load back."""
    preview = await who.get("exchange", f"/loads/{load_id}/recall-preview")
    say(f"  A recall takes back {preview['accepted']:,} credits of {preview['licenses']:,} licenses")
    for each in preview["affected"][:SHOWN]:
        say(f"    {each['number'] or 'toward no license'}: {each['credits']:,} credits")
    if preview["licenses"] > SHOWN:
        say(f"    and {preview['licenses'] - SHOWN:,} more licenses")
    load = await who.post("exchange", f"/loads/{load_id}/recall", {"reason": reason})
    await _until(who, load, lambda load: load["state"] == "recalled")
    while (await who.get("exchange", f"/loads/{load_id}/recall-preview"))["recalling"]:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    ended: dict[str, Any] = await who.get("exchange", f"/loads/{load_id}")
    say(f"  {ended['taken_back']:,} taken back")
    return ended


def _show(load: dict[str, Any]) -> None:
    counts = ("new", "already loaded", "waiting for their educator", "errors")
    told = ", ".join(
        f"{load[key]:,} {word}" for key, word in zip(("new", "known", "waiting", "wrong"), counts, strict=True)
    )
    say(f"  {load['rows']:,} rows: {told}")
    for each in load["problems"][:SHOWN]:
        say(f"    row {each['row']}, {each['field']}: {each['problem'].rstrip('.')}. {each['fix']}")


async def _until(who: Faces, load: dict[str, Any], is_settled: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Watches a load until it is settled: what it said is answered, too. Raises `Obstacle` when it failed."""
    with Progress(TextColumn("  {task.description}"), BarColumn(), TaskProgressColumn(), console=console) as bar:
        task = bar.add_task(load["state"], total=1.0)
        while not is_settled(load):
            if load["state"] == "failed":
                raise Obstacle(f"The file was not taken: {load['reason']}")
            await asyncio.sleep(0.1)
            load = await who.get("exchange", f"/loads/{load['load_id']}")
            bar.update(task, description=load["state"], completed=load["progress"])
    return load
