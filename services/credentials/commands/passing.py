"""What time does: licenses end, suspensions end. A status never waits for this; it is computed when it is read."""

from datetime import timedelta

from services.credentials.commands.saying import bumped, say_of_license
from services.credentials.domain.standing import reinstate
from services.credentials.store import licenses
from shared.contracts.credentials import LicenseExpired, LicenseReinstated
from shared.ids import LicenseId, PersonId
from shared.messaging.work import Work

AT_ONCE = 1000


async def say_ends(work: Work) -> int:
    """Says of licenses that they have ended, once for each end; returns how many there were."""
    ended = [bumped(license, work) for license in await licenses.find_ended(work, AT_ONCE)]
    for license in ended:
        fact = LicenseExpired(
            license_id=LicenseId(license.license_id),
            person_id=PersonId(license.person_id),
            valid_until=license.valid_until,
        )
        say_of_license(work, license, fact)
    await licenses.save_periods(work, ended)
    await licenses.mark_expiry_said(work, [license.license_id for license in ended])
    return len(ended)


async def end_suspensions(work: Work) -> int:
    """Reinstates licenses whose suspension had an end, from the day after it on; returns how many there were."""
    found = await licenses.find_suspended_until_before(work, work.today, AT_ONCE)
    for suspended in found:
        license = bumped(reinstate(suspended), work)
        await licenses.save(work, license)
        day = (suspended.standing_until or work.today) + timedelta(days=1)
        fact = LicenseReinstated(
            license_id=LicenseId(license.license_id),
            person_id=PersonId(license.person_id),
            on=day,
            note="The suspension has ended.",
        )
        say_of_license(work, license, fact)
    return len(found)
