"""`elms import`, as the demo uses it: the file stands in the data folder, and its counts are told."""

import asyncio
import time
from typing import Any

from ops.demo.timeline import tell
from ops.errors import Obstacle
from ops.faces import Faces
from ops.imports import import_file


async def load_file(faces: Faces, what: str, name: str, content: bytes) -> None:
    """Writes a file where a reader can open it, and imports it. Errors of rows end the demo."""
    file = faces.settings.data / "demo" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    began = time.perf_counter()
    answer = await _import(faces, what, content)
    took = (time.perf_counter() - began) * 1000
    tell(
        f"elms import {what} {file.name}: {answer['read']:,} rows, {answer['new']:,} new, {answer['known']:,} known",
        took,
    )
    if answer["errors"]:
        raise Obstacle(f"{file.name}: {answer['errors'][:3]}")


async def _import(faces: Faces, what: str, content: bytes) -> dict[str, Any]:
    """Asked again while rows name somebody whose registration is still on its way to the other service."""
    for _ in range(60):
        answer = await import_file(faces, what, content)
        if not any("Nobody has" in error["problem"] for error in answer["errors"]):
            break
        await asyncio.sleep(0.5)
    return answer
