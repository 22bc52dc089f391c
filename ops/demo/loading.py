"""`elms import`, as the demo uses it: told with its counts."""

import time
from typing import Any

from ops.demo.timeline import tell
from ops.errors import Obstacle
from ops.faces import Faces


async def load_file(faces: Faces, service: str, name: str, content: bytes) -> None:
    """`elms import`: a file to the service that owns it, told with its counts. Errors of rows end the demo."""
    began = time.perf_counter()
    answer = await _import(faces, service, name, content)
    took = (time.perf_counter() - began) * 1000
    tell(f"elms import {name}: {answer['read']:,} rows, {answer['new']:,} new, {answer['known']:,} known", took)
    if answer["errors"]:
        raise Obstacle(f"{name}: {answer['errors'][:3]}")


async def _import(faces: Faces, service: str, name: str, content: bytes) -> dict[str, Any]:
    """Asked again while rows name somebody whose registration is still on its way to the other service."""
    for _ in range(60):
        answer = await faces.send_file(service, f"/import/{name}", content, **_source(name))
        if not any("Nobody has" in error["problem"] for error in answer["errors"]):
            break
        time.sleep(0.5)  # noqa: ASYNC251 - nothing else runs
    found: dict[str, Any] = answer
    return found


def _source(name: str) -> dict[str, str]:
    return {"source": "predecessor"} if name == "people" else {}
