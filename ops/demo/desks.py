"""Chapter 0, second part: what has waited for weeks. Applications nobody decided in time, and a profile in doubt.

The business clock is moved between the filings, so that on the day of the demo one application is due soon, and two
are overdue and stand before the state's office too, as they would after a district's holiday.
"""

import asyncio
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from ops.demo.clock import forward, today
from ops.demo.educators import file_renewal
from ops.demo.timeline import chapter, tell, timed, until
from ops.errors import Obstacle
from shared.policies import Policy
from shared.policies.calendar import business_day_from

if TYPE_CHECKING:
    from ops.demo.run import Demo

LATE = (("loretta.simmons", "0107"), ("darnell.whitaker", "0108"))
SOON = (("beatrice.thornton", "0109"), ("harold.pickens", "0110"))
DAYS = (10, 8)
"""Between the first filings and the second, and from there to the demo's day; a district has fifteen to decide."""
NINE = time_of_day(9, 0)
CERTIFICATE = Path(__file__).with_name("files") / "certificate.typ"


def days_of(begins: date, policy: Policy) -> tuple[date, date]:
    """The day of the second filings, and the day on which the demo's story goes on."""
    second = business_day_from(begins + timedelta(days=DAYS[0]), policy)
    return second, business_day_from(second + timedelta(days=DAYS[1]), policy)


async def tell_story(demo: "Demo") -> None:
    chapter(0, "Three weeks before: applications that the district leaves waiting, and a profile in doubt")
    second, third = days_of(today(demo.settings), demo.settings.policy)
    await _scanned_credit(demo)
    for name, number in LATE:
        await file_renewal(demo, name, number, "AA-CEU")
    _move(demo, second)
    for name, number in SOON:
        await file_renewal(demo, name, number, "AA-CEU")
    await _in_doubt(demo)
    _move(demo, third)


async def check(demo: "Demo") -> None:
    """What waited too long stands before the state's office by now. Raises `Obstacle`."""
    officer = demo.person("cynthia.marsh")
    wanted = {demo.cohort.educator(number) for _name, number in LATE}

    async def escalated() -> bool:
        queue = await officer.get("renewals", "/queue", show="overdue", limit=200)
        return wanted <= {row["educator_number"] for row in queue["rows"]}

    await until("The escalation", escalated, seconds=120, every=1)
    tell(f"{len(wanted)} applications are overdue: the state office may decide them too")


def _move(demo: "Demo", day: date) -> None:
    zone = demo.settings.policy.office.zone
    forward(demo.settings, datetime.combine(day, NINE, zone))
    tell(f"the business clock is moved to {day:%A, %B %-d, %Y}")


async def _scanned_credit(demo: "Demo") -> None:
    """Loretta Simmons records her CEUs with a scan of the certificate; it is read by nobody before it is scanned."""
    loretta, number = demo.person("loretta.simmons"), demo.cohort.license("0107")
    content = await asyncio.to_thread(_certificate, demo)
    with timed("Loretta Simmons hands in the scan of a certificate"):
        scan = await loretta.ask(
            "POST", "credentials", "/scans", content=content, params={"name": "literacy-institute-certificate.pdf"}
        )
    entered = {
        "credit_type": "ceu", "title": "Structured Literacy Institute", "provider": "Delta Regional Service Agency",
        "started_on": f"{demo.cohort.end - 2}-06-05", "completed_on": f"{demo.cohort.end - 2}-06-16", "amount": "5",
        "contact_hours": "50", "scan_id": scan["scan_id"],
    }  # fmt: skip
    await loretta.post("credentials", f"/licenses/{number}/credits", entered)


def _certificate(demo: "Demo") -> bytes:
    year = str(demo.cohort.end - 2)
    return bytes(typst.compile(CERTIFICATE, ignore_system_fonts=True, sys_inputs={"year": year}))


async def _in_doubt(demo: "Demo") -> None:
    """Somebody creates a profile that is nearly Deborah Sullivan's: the directory administrator decides."""
    faces, tag = demo.faces, demo.cohort.tag
    districts = await faces.get("identity", "/organizations", kind="district")
    magnolia = next(d["organization_id"] for d in districts if d["code"] == "MAGNOLIA")
    claim: dict[str, Any] = {
        "name": {"first": "Deborah", "middle": "Kay", "last": "Sullivan"}, "birth_date": "1981-09-14",
        "ssn_last_four": f"{(demo.cohort.number * 37) % 10_000:04}", "license_number": "",
        "contact": {"email": f"deborah.sullivan{tag}@example.org", "phone": "(601) 555-0241", "language": "en",
                    "address": {"line1": "61 Azalea Drive", "line2": "", "city": "Magnolia", "state": "MS",
                                "postal_code": "39652"}},
        "district_id": magnolia, "user_id": f"deborah.sullivan{tag}", "password": "larkspur-and-clover",
    }  # fmt: skip
    made = await faces.post("identity", "/profiles", claim)
    if made["outcome"] != "partial":
        raise Obstacle(f"Deborah Sullivan's profile should be in doubt, and is {made['outcome']}.")
    tell(f"a profile is in doubt: case {made['case']} is with {made['referral']['name']}, directory administrator")
