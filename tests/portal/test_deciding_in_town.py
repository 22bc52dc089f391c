"""Deciding on the real services: many returned or denied and what follows from it; a designee in their days."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.portal.town import PASSWORD, Town, main_of, number_of
from tests.portal.visitor import Visitor

pytestmark = pytest.mark.timeout(300)

SELECTED = "/queue/selected"
WHY = "The certificates show no dates.\r\nBring them & file again."
IN_ROW = re.compile(r'name="application_id" value="([^"]+)".*?href="/queue/(R-[^"]+)"', re.DOTALL)


async def ids_of(approver: Visitor, references: Iterable[str]) -> list[str]:
    """The applications of these references, as the queue's rows have them."""
    known = {reference: id for id, reference in IN_ROW.findall((await approver.get("/queue")).text)}
    return [known[reference] for reference in references]


async def decide_many(approver: Visitor, decision: str, ids: list[str]) -> httpx.Response:
    """The three steps: the reason, the confirmation, the outcomes."""
    queue = await approver.get("/queue")
    asks = await approver.send(queue, SELECTED, application_id=ids, decision=decision)
    confirm = await approver.send(asks, SELECTED, application_id=ids, reason=WHY, step="confirm")
    return await approver.send(confirm, f"/queue/{decision}", application_id=ids)


@pytest.mark.parametrize(
    ("decision", "did", "users"), [("return", "returned", ("bo", "cai")), ("deny", "denied", ("dee", "eve"))]
)
async def test_credits_of_what_is_decided_among_many_are_free_and_each_educator_is_written_to_once(
    town: Town, decision: str, did: str, users: tuple[str, str]
) -> None:
    lee = await town.visitor("lee")
    references = [await town.filed(user) for user in users]
    educators = [await town.visitor(user) for user in users]
    developments = [f"/licenses/{number_of(user)}/development" for user in users]
    for educator, development in zip(educators, developments, strict=True):
        assert main_of(await educator.get(development)).count("In your application") == 2
    done = main_of(await decide_many(lee, decision, await ids_of(lee, references)))
    assert f"2 {did}" in done and "could not be" not in done, done
    await town.system.drain()
    for user, educator, development, reference in zip(users, educators, developments, references, strict=True):
        assert "In your application" not in main_of(await educator.get(development))
        told = (await educator.get(f"/applications/{reference}")).text
        assert "The certificates show no dates.\r\nBring them &amp; file again." in told
        letters = re.findall(r'href="(/messages/[^"]+)"', (await educator.get("/messages")).text)
        texts = [main_of(await educator.get(letter)) for letter in letters]
        assert sum("Bring them &amp; file again." in text for text in texts) == 1, texts
        renew = f"/renew/{number_of(user)}"
        again = await educator.send(await educator.get(f"{renew}?step=check&option=A-CEU"), renew, option="A-CEU")
        assert again.url.path.startswith("/applications/R-"), main_of(again)


# ── a designee ───────────────────────────────────────────────────────────────────────────────────────────────────


async def at_noon(town: Town, day: int) -> None:
    """That day of March, 12:00 CT."""
    town.system.clock.set(datetime(2026, 3, day, 18, 0, tzinfo=UTC))


async def token_of(town: Town, user: str) -> str:
    """What identity gives somebody who signs in now."""
    answer = await town.system.post("identity", "/sign-in", {"user_id": user, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


async def name_designee(town: Town, name: str, first: str, last: str) -> httpx.Response:
    """The superintendent names somebody of their district, on their page."""
    lee = await town.visitor("lee")
    page = await lee.get("/delegations")
    [person_id] = re.findall(rf'<option value="([0-9a-f-]+)">{name}', page.text)
    named = await lee.send(page, "/delegations", designee_id=person_id, first_day=first, last_day=last)
    assert "Named. It holds on the days you gave." in named.text, main_of(named)
    return named


async def take_back(town: Town, page: httpx.Response) -> None:
    """The superintendent ends the delegation that the page shows."""
    [action] = re.findall(r'action="(/delegations/[^"]+/end)"', page.text)
    ended = await (await town.visitor("lee")).fill("/delegations", action)
    assert "Ended." in ended.text


async def ask(town: Town, token: str, reference: str, act: str, **body: Any) -> tuple[int, str]:
    """What renewals answers to somebody who wants to do something: the status, and why not."""
    answer = await town.system.post("renewals", f"/applications/{reference}/{act}", body, token)
    return answer.status_code, answer.json().get("code", "")


ALL_DECISIONS: dict[str, dict[str, str]] = {"approve": {}, "return": {"reason": WHY}, "deny": {"reason": WHY}}
DONE, NOT_THEIRS, NOT_FOR_THEM = (200, ""), (404, "no-such-application"), (403, "not-for-you")


async def refused(town: Town, token: str, reference: str, application_id: str) -> None:
    """Whoever has this token decides nothing: neither this one alone, nor among many, nor on the queue's page."""
    for act, body in ALL_DECISIONS.items():
        assert await ask(town, token, reference, act, **body) == NOT_THEIRS
        many = await town.system.post("renewals", f"/queue/{act}", {"application_ids": [application_id], **body}, token)
        assert [each["outcome"] for each in many.json()["outcomes"]] == ["no-such-application"]
    assert (await (await town.visitor("cai")).get("/queue")).status_code == 403


async def test_a_designee_decides_in_their_days_and_neither_before_nor_after(town: Town) -> None:
    approved, _returned, left = references = [await town.filed(user) for user in ("maria", "operator", "printer")]
    approved_id, returned_id, left_id = await ids_of(await town.visitor("lee"), references)
    await name_designee(town, "Cai Woods", "2026-03-09", "2026-03-11")
    await town.system.drain()
    await refused(town, await token_of(town, "cai"), approved, approved_id)

    await at_noon(town, 9)  # the first day
    token = await token_of(town, "cai")
    assert await ask(town, token, approved, "originals", seen=[1, 2]) == DONE
    assert await ask(town, token, approved, "approve") == DONE
    by = (await town.system.get("renewals", f"/applications/{approved}", token)).json()["decided_by"]
    assert (by["name"], by["role"]) == ("Cai Woods", "designee")

    await at_noon(town, 11)  # the last day
    token = await token_of(town, "cai")
    done = main_of(await decide_many(await town.visitor("cai"), "return", [returned_id]))
    assert "1 returned" in done, done

    await at_noon(town, 12)
    await refused(town, token, left, left_id)  # the token of yesterday still names the role
    await refused(town, await token_of(town, "cai"), left, left_id)
    await town.system.drain()
    lee = await town.visitor("lee")
    told = [main_of(await lee.get(f"/queue/{reference}")) for reference in references]
    words = ("Renewed to June 30, 2031", "Sent back, to fix", "With Lamar County School District")
    assert [one in other for one, other in zip(words, told, strict=True)] == [True] * 3, told

    page = await name_designee(town, "Cai Woods", "2026-03-12", "2026-03-14")
    token = await token_of(town, "cai")
    assert await ask(town, token, left, "claim") == DONE
    await take_back(town, page)
    assert await ask(town, token, left, "approve") == NOT_FOR_THEM  # identity is asked at that moment
