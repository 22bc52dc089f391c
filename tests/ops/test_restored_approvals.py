"""After a restore of renewals: an approval that nobody there remembers is listed, and what became of it is named."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from joserfc.jwk import KeySet

from services.renewals.app import service as renewals
from shared.testing.stack import Databases
from tests.ops.desk import Desk
from tests.ops.test_reconcile import Planted
from tests.renewals.town import LEE, NAMES, RANKIN, Peers, Town, organization, renewed


@pytest.fixture
async def town(desk: Desk) -> AsyncIterator[Town]:
    """Renewals, with fakes of those that it asks; its districts are known."""
    peers = Peers()
    for service in (renewals, *peers.services()):
        await desk.start(service)
    for organization_id, name in NAMES.items():
        await desk.system.say(organization(organization_id, name))
    await desk.system.drain()
    yield Town(desk.system, peers)


async def start_again(desk: Desk) -> None:
    """It trusts the tokens of a test: the identity that runs is a fake, which signs none."""
    await desk.start(renewals)
    [process] = desk.system.processes["renewals"]
    process.app.state.verifier.trust(KeySet([desk.system.key]))


async def test_an_approval_that_a_restored_service_forgot_is_listed_and_its_period_is_named(
    desk: Desk, town: Town, databases: Databases
) -> None:
    educator = await town.educator(RANKIN)
    waiting = await town.queued(educator)
    await desk.system.drain()
    await desk.halt("renewals")
    backup = await databases.copy(desk.databases["renewals"])
    await start_again(desk)
    license = UUID((await town.state(waiting))["license_id"])
    approved = await town.post(f"/applications/{waiting}/approve", None, LEE)
    assert approved.status_code == 200, approved.text
    await town.hear(renewed(waiting, educator, license))
    planted = Planted(desk)  # what credentials, the look-up and printing made of it
    await planted.period(license, waiting)
    await planted.job(waiting, "queued")
    await desk.system.drain()
    assert (await desk.elms("reconcile")).code == 0
    await desk.halt("renewals")
    desk.databases["renewals"] = backup

    restored = await desk.elms("restored", "renewals")
    lost = [line.split()[2:] for line in restored.text.splitlines() if line.startswith("  ")]
    assert (restored.code, lost) == (0, [["RenewalApproved", str(waiting), "by", str(LEE)]]), restored.text

    await start_again(desk)
    await desk.system.drain()
    assert (await town.state(waiting))["state"] == "waiting"
    differs = await desk.elms("reconcile")
    named = f"difference  a period without an approval: {waiting}"
    assert (differs.code, named in differs, "1 differences." in differs) == (1, True, True), differs.text
