"""Scans of certificates and transcripts: kept in quarantine, given to a credit, looked into, forgotten.

The originals decide, shown in person; a scan lets an approver look before that. Limits: `shared.files.uploads`.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

from services.credentials.store import scans
from services.credentials.store.people import get_person
from services.credentials.store.scans import Scan
from shared.errors import Refused, TooMany
from shared.files import Files
from shared.files.uploads import Quarantine
from shared.messaging.work import Work

KEPT_LOOSE = timedelta(days=1)
"""So long a scan waits for its credit; then it is forgotten."""
MOST_LOOSE = 20
MOST_OF_A_CREDIT = 5
AT_ONCE = 100


class ScanGone(Refused):
    """The scan is not kept any more, or is another's. Data: none."""

    text = "This file is not kept any more. Choose it again."
    field = "scan_id"


class ScanRefused(Refused):
    """The scanner found something. Data: note."""

    text = "{note}"
    field = "scan_id"


class TooManyScans(TooMany):
    """More loose scans than anybody needs. Data: most."""

    text = "You have handed in {most} files today that belong to no credit. Try again tomorrow."
    field = "file"


class TooManyScansOfACredit(Refused):
    """Data: most."""

    text = "A credit has at most {most} files."
    field = "scan_id"


async def keep_scan(work: Work, scan: Scan, content: bytes, quarantine: Quarantine) -> Scan:
    """Keeps an upload where nobody can read it, and has it looked into. Raises `TooManyScans`."""
    person = await get_person(work, scan.person_id)
    if await scans.count_loose(work, person.ids, work.now - KEPT_LOOSE) >= MOST_LOOSE:
        raise TooManyScans(most=MOST_LOOSE)
    await scans.lock_content(work, scan.sha256)
    await quarantine.keep(content)
    await scans.insert(work, scan)
    work.intend("scan", f"scan {scan.scan_id}", {"scan_id": scan.scan_id})
    return await scans.get(work, scan.scan_id)


async def give_scan(work: Work, scan_id: UUID, credit_id: UUID, owners: list[UUID]) -> None:
    """Makes a loose scan of these ids' person the credit's.

    Raises `ScanGone`, `ScanRefused`, `TooManyScansOfACredit`.
    """
    found = await scans.find(work, scan_id)
    if found is None or found.person_id not in owners:
        raise ScanGone
    if found.state == "refused":
        raise ScanRefused(note=found.note)
    if found.credit_id == credit_id:
        return
    there = (await scans.find_of_credits(work, [credit_id])).get(credit_id, [])
    if len(there) >= MOST_OF_A_CREDIT:
        raise TooManyScansOfACredit(most=MOST_OF_A_CREDIT)
    if not await scans.give(work, scan_id, credit_id):
        raise ScanGone


async def forget_loose_scans(work: Work, files: Files, quarantine: Quarantine) -> int:
    """Forgets what became no credit's in time, and the bytes that no other scan has; how many."""
    hashes = await scans.delete_loose(work, work.now - KEPT_LOOSE, AT_ONCE)
    for sha256 in sorted(set(hashes)):
        await scans.lock_content(work, sha256)
        if not await scans.is_wanted(work, sha256):
            await asyncio.gather(files.delete(sha256), quarantine.forget(sha256))
    return len(hashes)
