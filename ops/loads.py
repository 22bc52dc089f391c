"""`elms load` and `elms recall`: a file of an agency's credits, previewed, loaded with progress, and taken back."""

import asyncio
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.errors import Obstacle
from ops.faces import Faces
from ops.progress import console, say

SHOWN = 5
"""Row errors shown; all of them are in the CSV that the service offers."""


async def load_credits(who: Faces, file: Path, agency: str = "mde") -> dict[str, Any]:
    """Checks the file, shows what is in it, and loads what is new; the load as it ended."""
    content = await asyncio.to_thread(file.read_bytes)
    load = await who.send_file("exchange", "/loads", content, agency=agency, name=file.name)
    load = await _until(who, load, ("previewed",), "checked")
    _show(load)
    load = await who.post("exchange", f"/loads/{load['load_id']}/load")
    return await _until(who, load, ("loaded",), "loaded")


async def recall(who: Faces, load_id: str, reason: str) -> dict[str, Any]:
    """Shows the licenses that a recall would touch, then takes every credit of a load back."""
    preview = await who.get("exchange", f"/loads/{load_id}/recall-preview")
    say(f"  A recall takes back {preview['credits']:,} credits; affected licenses: {preview['licenses']:,}")
    load = await who.post("exchange", f"/loads/{load_id}/recall", {"reason": reason})
    return await _until(who, load, ("recalled",), "recalled")


def _show(load: dict[str, Any]) -> None:
    say(f"  {load['rows']:,} rows: {load['new']:,} new, {load['known']:,} already loaded, {load['errors']:,} errors")
    for error in load.get("first_errors", [])[:SHOWN]:
        say(f"    row {error['row']}, {error['field']}: {error['problem']} {error['fix']}")


async def _until(who: Faces, load: dict[str, Any], states: tuple[str, ...], doing: str) -> dict[str, Any]:
    bar = Progress(TextColumn(f"  {doing}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console)
    with bar:
        task = bar.add_task("", total=load.get("rows") or None)
        while load["state"] not in states:
            if load["state"] in ("failed", "refused"):
                raise Obstacle(f"The file was not taken: {load.get('problem', '')}")
            await asyncio.sleep(0.1)
            load = await who.get("exchange", f"/loads/{load['load_id']}")
            bar.update(task, completed=load.get("done", 0), total=load.get("rows") or None)
    return load
