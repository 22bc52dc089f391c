"""`elms import`, as the demo uses it: the file stands in the data folder, and its counts are told."""

import time

from ops.demo.timeline import tell
from ops.errors import Obstacle
from ops.faces import Faces
from ops.imports import import_when_known


async def load_file(faces: Faces, what: str, name: str, content: bytes) -> None:
    """Writes a file where a reader can open it, and imports it. Errors of rows end the demo."""
    file = faces.settings.data / "demo" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    began = time.perf_counter()
    answer = await import_when_known(faces, what, content)
    took = (time.perf_counter() - began) * 1000
    tell(
        f"elms import {what} {file.name}: {answer['read']:,} rows, {answer['new']:,} new, {answer['known']:,} known",
        took,
    )
    if answer["errors"]:
        raise Obstacle(f"{file.name}: {answer['errors'][:3]}")
