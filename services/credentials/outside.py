"""What the effects worker does outside: has a scanner look into what educators hand in."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.credentials.store import scans
from shared.files import FileUnknown
from shared.files.uploads import Quarantine, UploadInfected
from shared.runtime import Runtime


async def scan(runtime: Runtime, payload: Mapping[str, Any]) -> None:
    """Releases a scan from quarantine, or refuses it. Raises `Unavailable` while the scanner is away."""
    scan_id = UUID(payload["scan_id"])
    async with runtime.reading(actor="effects") as work:
        found = await scans.find(work, scan_id)
    if found is None or found.state != "waiting":
        return
    state, note = await _looked_into(runtime, found.sha256)
    async with runtime.work(actor="effects") as work:
        await scans.note_outcome(work, scan_id, state, note)
        work.audit(f"scan {state}", scan_id, note=note)


async def _looked_into(runtime: Runtime, sha256: str) -> tuple[str, str]:
    """The scan's next state, and the scanner's word."""
    try:
        return "released", (await Quarantine(runtime.settings).release(sha256)).note
    except UploadInfected as infected:
        return "refused", str(infected)
    except FileUnknown:  # the same bytes were found infected under another scan, and deleted
        return "refused", "The file could not be checked. Choose it again."


OUTSIDE = {"scan": scan}
