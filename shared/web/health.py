"""Liveness (the process answers) and readiness (it can do its work, and how far it is)."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response

from shared.database import fetch

router = APIRouter(tags=["health"])

DATABASE = """
    SELECT (SELECT extract(epoch FROM clock_timestamp() - at)::float FROM outbox ORDER BY id LIMIT 1) AS outbox_age,
           (SELECT count(*) FROM dead_letter WHERE state IN ('dead', 'parked')) AS dead_letters,
           (SELECT count(*) FROM effect WHERE state = 'due') AS effects_due,
           (SELECT count(*) FROM effect WHERE state = 'gave_up') AS effects_given_up
"""


@router.get("/health/live", summary="Does the process answer?")
async def live() -> dict[str, str]:
    return {"status": "live"}


@router.get("/health/ready", summary="Can it do its work?")
async def ready(request: Request) -> Response:
    """Assignment, progress, the relay's age and the database; 503 when something keeps it from working."""
    process = request.app.state.process
    parts: dict[str, Any] = {"service": process.runtime.service.name, "roles": list(process.roles)}
    parts |= {"started": process.started.is_set(), "consumers": process.consumers_health()}
    parts["relay_leads"] = process.relay_leads()
    well = parts["started"] and all(not c["halted"] and not c["paused"] for c in parts["consumers"].values())
    if process.runtime.service.metadata is not None:
        try:
            async with process.runtime.database.begin() as connection:
                parts["database"] = dict((await fetch(connection, DATABASE))[0])
        except Exception as error:
            parts["database"], well = {"away": type(error).__name__}, False
    parts["status"], status = ("ready", 200) if well else ("not ready", 503)
    return Response(orjson.dumps(parts, default=str), status, media_type="application/json")
