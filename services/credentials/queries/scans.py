"""Who may read which scan, and what is shown of it."""

from uuid import UUID

from services.credentials.queries import licenses
from services.credentials.queries.answers import ScanShown
from services.credentials.store import credits, reservations, scans
from services.credentials.store.people import Person, get_person
from services.credentials.store.scans import Scan, ScanUnknown
from shared.errors import Conflict, NotFound
from shared.messaging.work import Work
from shared.tokens import Actor


class ScanNotReady(Conflict):
    """Nobody has looked into it yet. Data: none."""

    text = "This file is still being checked. Try again in a minute."


async def of_application(work: Work, application: str, actor: Actor) -> list[ScanShown]:
    """The scans of who filed an application, by credit. Raises `NotFound` for who may not read them, too."""
    applicant = await reservations.find_applicant(work, application)
    holder = await get_person(work, applicant) if applicant else None
    if holder is None or not _may_read(work, holder, actor):
        raise NotFound
    kept = await credits.find_of_people(work, holder.ids)
    found = await scans.find_of_credits(work, [c.credit_id for theirs in kept.values() for c in theirs])
    return [scan_shown(scan) for of_one in found.values() for scan in of_one]


async def get_readable(work: Work, scan_id: UUID, actor: Actor) -> Scan:
    """A released scan, for who may read it. Raises `ScanUnknown`, `ScanNotReady`."""
    scan = await scans.get(work, scan_id)
    holder = await get_person(work, scan.person_id)
    if not _may_read(work, holder, actor) or scan.state == "refused":
        raise ScanUnknown
    if scan.state == "waiting":
        raise ScanNotReady
    if actor.person_id not in holder.ids:
        work.audit("scan read", scan_id, by=actor.name)
    return scan


def scan_shown(scan: Scan) -> ScanShown:
    """What is shown of a scan."""
    return ScanShown(
        scan_id=scan.scan_id,
        credit_id=scan.credit_id,
        name=scan.name,
        media_type=scan.media_type,
        bytes=scan.bytes,
        pages=scan.pages,
        state=scan.state,
        note=scan.note,
        uploaded_at=scan.uploaded_at,
    )


def _may_read(work: Work, holder: Person, actor: Actor) -> bool:
    """Their educator, who decides in a district of theirs, and the state's office."""
    if actor.person_id in holder.ids or any(actor.holds(role, work.today) for role in licenses.OFFICERS):
        return True
    deciding = work.policy.review.district_roles
    return any(actor.holds(role, work.today, district) for role in deciding for district in holder.districts)
