"""Chapters 3 and 4: the district decides; each approval is an event that extends the license and shows at once."""

import asyncio
import statistics
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ops.demo import june
from ops.demo.clock import today
from ops.demo.educators import file_renewal, refused
from ops.demo.timeline import chapter, observing, tell, timed, until
from ops.faces import Faces

if TYPE_CHECKING:
    from ops.demo.run import Demo

SENT_BACK = 4
"""Applications of June's people that are returned or denied in bulk before the peak."""


async def tell_story(demo: "Demo") -> None:
    chapter(3, "It stands in the queue of Dr. Lee's district: claimed, originals seen, approved, returned, denied")
    lee, ortiz = demo.person("evelyn.lee"), demo.person("rosa.ortiz")
    queue = {a["educator_number"]: a for a in await june.queue_of(lee)}
    tell(f"{len(queue)} applications wait there")
    maria, james, denise, thomas, annette, curtis = (
        queue[demo.cohort.educator(n)] for n in ("0101", "0102", "0103", "0104", "0105", "0106")
    )
    with timed("Dr. Lee claims Maria López's"):
        await lee.post("renewals", f"/applications/{maria['reference']}/claim")
    await refused(lee.post("renewals", f"/applications/{maria['reference']}/approve"))
    await see_originals(lee, maria["reference"])
    await _approve_and_watch(demo, lee, maria)
    await refused(ortiz.post("renewals", f"/applications/{maria['reference']}/approve"))
    await _return_and_deny(demo, lee, james, denise)
    await _designee(demo, lee, thomas)
    for application in (annette, curtis):
        await see_originals(ortiz, application["reference"])
    with timed("two more approved in bulk"):
        ids = [a["application_id"] for a in (annette, curtis)]
        outcomes = await ortiz.post("renewals", "/queue/approve", {"application_ids": ids})
    tell(f"one outcome a row: {[o['outcome'] for o in outcomes['outcomes']]}")
    await _undo(demo, ortiz, annette)
    await _sent_back(demo)
    if demo.trickle:
        await trickled(demo, demo.trickle)


async def _sent_back(demo: "Demo") -> None:
    """Return and deny in bulk: each of these educators reads the one reason."""
    applications = await june.waiting(demo, demo.sent_back)
    chief, ids = applications[0][0], [application["application_id"] for _chief, application in applications]
    half = len(ids) // 2
    for act, some, reason in (
        ("return", ids[:half], "The institute's list of participants is missing; please hand it in."),
        ("deny", ids[half:], "The institute was held twice, and these credits are of the first."),
    ):
        answer = await chief.post("renewals", f"/queue/{act}", {"application_ids": some, "reason": reason})
        tell(f"{act} in bulk, with one reason: {[o['outcome'] for o in answer['outcomes']]}")


async def see_originals(who: Faces, reference: str) -> None:
    shown = await who.get("renewals", f"/applications/{reference}")
    numbers = [each["number"] for each in shown["checklist"]]
    await who.post("renewals", f"/applications/{reference}/originals", {"seen": numbers})


async def _approve_and_watch(demo: "Demo", lee: Faces, maria: dict[str, Any]) -> None:
    async with observing(demo.settings) as observer:
        began = await _approve(demo, lee, maria)
        observer.tell_since("RenewalApproved", began)


async def _approve(demo: "Demo", lee: Faces, maria: dict[str, Any]) -> float:
    """One approval and all that follows from it; when it began."""
    license = await lee.get("credentials", f"/licenses/{maria['license_number']}")
    began = time.time()
    await lee.post("renewals", f"/applications/{maria['reference']}/approve")
    approved = time.time()
    tell("approved; answered after", (approved - began) * 1000)
    await shown_until(demo, license["public_id"], maria["new_end"])
    chapter(4, "That approval is an event")
    tell(f"the public look-up shows {maria['new_end']}, since the approval's answer", (time.time() - approved) * 1000)
    mine = demo.person("maria.lopez")
    await until("The letter", lambda: _letter(mine, maria["reference"]))
    tell("her letter is in the inbox", (time.time() - approved) * 1000)
    await until("Completion", lambda: _is(mine, maria["reference"], "completed"))
    tell("the application is complete", (time.time() - approved) * 1000)
    await asyncio.sleep(0.5)
    return began


async def shown_until(demo: "Demo", public_id: str, ends: str) -> None:
    """Waits until the public page of a license shows this end."""

    async def look() -> bool:
        found = await demo.faces.get("lookup", f"/v/{public_id}")
        return ends in str(found)

    await until(f"The look-up's {ends}", look, every=0.005)


async def _letter(who: Faces, reference: str) -> bool:
    """Whether the letter that says so is in the inbox: about this renewal, and that it is granted."""
    inbox = await who.get("correspondence", "/letters")
    granted = [letter["letter_id"] for letter in inbox["letters"] if letter["kind"] == "renewed"]
    return any([reference in (await who.get("correspondence", f"/letters/{each}"))["text"] for each in granted])


async def _is(who: Faces, reference: str, state: str) -> bool:
    return bool((await who.get("renewals", f"/applications/{reference}"))["state"] == state)


async def _return_and_deny(demo: "Demo", lee: Faces, james: dict[str, Any], denise: dict[str, Any]) -> None:
    with timed("James Whitfield's is returned with a reason, and he files again"):
        await lee.post("renewals", f"/applications/{james['reference']}/return",
                       {"reason": "The certificate of the institute lacks the agency's signature."})  # fmt: skip
        await file_renewal(demo, "james.whitfield", "0102", "AA-CEU")
    with timed("Denise Okafor-Barnes's is denied with a reason"):
        await lee.post("renewals", f"/applications/{denise['reference']}/deny",
                       {"reason": "The transcript shows an audited course."})  # fmt: skip


async def _designee(demo: "Demo", lee: Faces, thomas: dict[str, Any]) -> None:
    """Dr. Lee names Wanda Calloway for two weeks: before it she may decide nothing, from now on she may."""
    await refused(demo.person("wanda.calloway").post("renewals", f"/applications/{thomas['reference']}/claim"))
    first = today(demo.settings)
    named = {"designee_id": (await demo.person("wanda.calloway").get("identity", "/me"))["person_id"],
             "first_day": f"{first}", "last_day": f"{first + timedelta(days=13)}"}  # fmt: skip
    district = (await lee.get("renewals", "/queue", limit=1))["organization_id"]
    await lee.post("identity", f"/organizations/{district}/delegations", named)
    wanda = demo.person("wanda.calloway")
    with timed("Wanda Calloway, Dr. Lee's designee for two weeks, sees the originals and approves Thomas Nguyen's"):
        await see_originals(wanda, thomas["reference"])
        await wanda.post("renewals", f"/applications/{thomas['reference']}/approve")


async def _undo(demo: "Demo", ortiz: Faces, annette: dict[str, Any]) -> None:
    license = await ortiz.get("credentials", f"/licenses/{annette['license_number']}")
    await until("The renewal", lambda: _is(ortiz, annette["reference"], "completed"))
    with timed("Annette Boudreaux's approval is undone: the dates and the look-up go back"):
        await ortiz.post("renewals", f"/applications/{annette['reference']}/undo",
                         {"reason": "Approved by mistake: her originals were another educator's."})  # fmt: skip
        await until("The way back", lambda: _is(ortiz, annette["reference"], "undone"))
        await shown_until(demo, license["public_id"], annette["ends"])


async def trickled(demo: "Demo", count: int) -> None:
    """So many approvals, a few a second, each timed from its answer to the public page that shows it.

    To look is work too, on the same two cores: nobody looks before anything could be there.
    """
    applications = await june.waiting(demo, count)
    times: list[float] = []
    for chief, application in applications:
        license = await chief.get("credentials", f"/licenses/{application['license_number']}")
        await chief.post("renewals", f"/applications/{application['reference']}/approve")
        approved = time.perf_counter()
        await asyncio.sleep(0.035)
        await shown_until(demo, license["public_id"], application["new_end"])
        times.append((time.perf_counter() - approved) * 1000)
        await asyncio.sleep(0.15)
    times.sort()
    p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
    tell(f"{count} trickled approvals, answer → look-up: median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms")
