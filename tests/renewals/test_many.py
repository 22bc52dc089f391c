"""Many decided at once: approved, returned, denied; one outcome a row, each said once, nothing half done."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.credentials import RenewalRefused
from shared.contracts.renewals import ApplicationDenied, ApplicationReturned, RenewalApproved
from shared.contracts.values import Reason
from shared.ids import ApplicationId, LicenseId, PersonId, new_id
from tests.renewals.town import HINDS, LEE, ORTIZ, RANKIN, VANCE, Town

WHY = "Bring the {transcript}, please: 100 % legible."
DECISIONS: dict[str, tuple[str, Any, str]] = {
    "approve": ("approved", RenewalApproved, "approved_by"),
    "return": ("returned", ApplicationReturned, "returned_by"),
    "deny": ("denied", ApplicationDenied, "denied_by"),
}
WITH_REASON = ["return", "deny"]

decided = pytest.mark.parametrize("decision", DECISIONS)
because = pytest.mark.parametrize("decision", WITH_REASON)


async def decide(town: Town, decision: str, ids: Sequence[UUID], by: PersonId = LEE, key: str = "", **more: Any) -> Any:
    """Decides about all of them, for the one reason where there is one to give."""
    reason = {"reason": WHY} if decision in WITH_REASON else {}
    return await town.post(f"/queue/{decision}", {"application_ids": [str(id) for id in ids]} | reason | more, by, key)


def outcomes(answer: Any) -> list[tuple[UUID, str]]:
    assert answer.status_code == 200, answer.text
    return [(UUID(o["application_id"]), o["outcome"]) for o in answer.json()["outcomes"]]


async def states(town: Town, ids: Sequence[UUID]) -> list[str]:
    return [(await town.state(id))["state"] for id in ids]


@decided
async def test_many_are_decided_at_once_with_one_outcome_a_row_however_often_it_is_asked(
    town: Town, decision: str
) -> None:
    did, event, decider = DECISIONS[decision]
    ready = [await town.queued(await town.educator(RANKIN)) for _ in range(2)]
    unticked = await town.queued(await town.educator(RANKIN), originals=2)
    claimed = await town.queued(await town.educator(RANKIN))
    await town.post(f"/applications/{claimed}/claim", None, ORTIZ)
    elsewhere, nowhere = await town.queued(await town.educator(HINDS)), new_id()
    asked = [ready[0], unticked, claimed, elsewhere, nowhere, ready[1], ready[0]]
    answers = [await decide(town, decision, asked, key="bulk") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert outcomes(answers[0]) == [
        (ready[0], did),
        (unticked, "originals-not-seen" if decision == "approve" else did),
        (claimed, "claimed-by-another"),
        (elsewhere, "no-such-application"),
        (nowhere, "no-such-application"),
        (ready[1], did),
    ]
    done = ready if decision == "approve" else [*ready, unticked]
    assert answers[0].json()[did] == len(done)
    for application_id in done:
        [said] = await town.said(event, application_id)
        by = getattr(said, decider)
        assert (by.name, by.role, by.organization_id) == ("Dana Lee", "superintendent", RANKIN)
        assert said.said.version == (await town.state(application_id))["version"]
        assert (await town.history(application_id))[-1] == did
    assert await states(town, [claimed, elsewhere]) == ["waiting", "waiting"]
    assert await town.said(event, claimed) == []


@because
async def test_each_educator_reads_exactly_the_one_reason_and_may_file_again(town: Town, decision: str) -> None:
    did, event, _ = DECISIONS[decision]
    licenses = {await town.educator(RANKIN): LicenseId(new_id()) for _ in range(3)}
    ids = [await town.queued(educator, license_id=license_id) for educator, license_id in licenses.items()]
    answer = await decide(town, decision, ids)
    assert (outcomes(answer), answer.json()[did]) == ([(id, did) for id in ids], 3)
    for (educator, license_id), application_id in zip(licenses.items(), ids, strict=True):
        [said] = await town.said(event, application_id)
        assert (said.reason, said.person_id, said.license_id) == (Reason(code=did, text=WHY), educator, license_id)
        shown = await town.state(application_id, educator)
        assert (shown["status"]["why"], shown["timeline"][0]["who"]) == (WHY, "Dana Lee")
        await town.file(educator, license_id)
    assert await states(town, ids) == ["replaced" if decision == "return" else "denied"] * 3
    [audited] = await town.rows("SELECT actor, detail FROM audit WHERE action = :what", what=f"applications {did}")
    assert (audited.actor, sorted(audited.detail["applications"])) == (str(LEE), sorted(map(str, ids)))


@decided
async def test_nobody_decides_their_own_among_many(town: Town, decision: str) -> None:
    """Neither what stands in a queue of theirs, nor what the state's office has for them."""
    await town.employ(ORTIZ, RANKIN, last="Ortiz")
    await town.employ(LEE, RANKIN, last="Lee")
    of_ortiz, of_lee = await town.queued(ORTIZ), await town.queued(LEE)
    other = await town.queued(await town.educator(RANKIN))
    did = DECISIONS[decision][0]
    assert outcomes(await decide(town, decision, [of_ortiz, other], ORTIZ)) == [
        (of_ortiz, "own-application"),
        (other, did),
    ]
    assert outcomes(await decide(town, decision, [of_lee])) == [(of_lee, "own-application")]
    assert await states(town, [of_ortiz, of_lee]) == ["waiting", "waiting"]


@decided
@pytest.mark.parametrize("first", DECISIONS)
async def test_whoever_is_second_is_told_of_each_who_was_first(town: Town, decision: str, first: str) -> None:
    ids = [await town.queued(await town.educator(RANKIN)) for _ in range(2)]
    await decide(town, first, ids[:1], ORTIZ)
    answer = await decide(town, decision, ids)
    assert outcomes(answer) == [(ids[0], "already-decided"), (ids[1], DECISIONS[decision][0])]
    did, event, _ = DECISIONS[first]
    told = f"Rosa Ortiz {did} this at 9:00 a.m. Yours was not recorded."
    assert answer.json()["outcomes"][0]["text"] == told
    assert len(await town.said(event, ids[0])) == 1


@because
@pytest.mark.parametrize("reason", [None, "", "   ", "no", "x" * 2001, 7, ["transcript"]])
async def test_without_a_reason_nothing_is_decided_and_the_field_is_named(
    town: Town, decision: str, reason: Any
) -> None:
    ids = [await town.queued(await town.educator(RANKIN))]
    answer = await decide(town, decision, ids, reason=reason)
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")
    missing = await town.post(f"/queue/{decision}", {"application_ids": [str(ids[0])]}, LEE)
    assert (missing.status_code, missing.json()["field"]) == (422, "reason")
    assert await states(town, ids) == ["waiting"]


async def test_an_approval_has_no_reason(town: Town) -> None:
    answer = await decide(town, "approve", [new_id()], reason=WHY)
    assert (answer.status_code, answer.json()["field"]) == (422, "reason")


@decided
@pytest.mark.parametrize(("count", "status"), [(0, 422), (1001, 422), (1000, 200)])
async def test_one_request_decides_up_to_a_thousand(town: Town, decision: str, count: int, status: int) -> None:
    answer = await decide(town, decision, [new_id() for _ in range(count)])
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["field"] == "application_ids"


@because
async def test_a_key_decides_once_and_for_one_reason(town: Town, decision: str) -> None:
    ids = [await town.queued(await town.educator(RANKIN))]
    await decide(town, decision, ids, key="once")
    answer = await decide(town, decision, ids, key="once", reason="Something else.")
    assert (answer.status_code, answer.json()["code"]) == (409, "key-used")
    [said] = await town.said(DECISIONS[decision][1], ids[0])
    assert said.reason.text == WHY


@decided
async def test_authority_is_asked_at_that_moment_and_no_answer_is_a_no(town: Town, decision: str) -> None:
    ids = [await town.queued(await town.educator(RANKIN)) for _ in range(2)]
    town.peers.asked.clear()
    town.peers.revoked.add(ORTIZ)  # her token still names the role
    assert outcomes(await decide(town, decision, ids, ORTIZ)) == [(id, "no-such-application") for id in ids]
    assert len(town.peers.asked) == 1  # once for the queue, not for each
    town.peers.away = True
    assert (await decide(town, decision, ids)).status_code == 503
    town.peers.away = False
    assert await states(town, ids) == ["waiting", "waiting"]


@decided
async def test_the_state_office_is_told_what_is_still_the_districts(town: Town, decision: str) -> None:
    of_district = await town.queued(await town.educator(RANKIN))
    of_office = await town.queued(await town.educator())
    answer = await decide(town, decision, [of_district, of_office], VANCE)
    assert outcomes(answer) == [(of_district, "not-for-you"), (of_office, DECISIONS[decision][0])]
    assert answer.json()["outcomes"][0]["text"] == "You may not decide this application: it is with the district."


@because
async def test_what_is_stopped_is_returned_or_denied_among_many(town: Town, decision: str) -> None:
    """Its first decision, the approval, gives way to the second, with its reason."""
    educator = await town.educator(RANKIN)
    stopped, waiting = await town.approved(educator), await town.queued(await town.educator())
    license_id = LicenseId(UUID((await town.state(stopped))["license_id"]))
    refused = RenewalRefused(
        license_id=license_id, person_id=educator, application_id=ApplicationId(stopped),
        reason=Reason(code="license-not-in-good-standing", text="The license is suspended."),
    )  # fmt: skip
    await town.hear(refused)
    answer = await decide(town, decision, [stopped, waiting], VANCE)
    assert outcomes(answer) == [(id, DECISIONS[decision][0]) for id in (stopped, waiting)]
    shown = await town.state(stopped)
    assert (shown["decided_by"]["name"], shown["reason"]["text"]) == ("Ada Vance", WHY)
