"""Letters over the real broker and database: once for each cause, in the person's language, kept as sent."""

import asyncio
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from services.correspondence.app import service as correspondence
from shared.contracts.identity import MailingState, PersonState
from shared.contracts.renewals import ApplicationFiled, ApplicationReturned
from shared.contracts.values import Name, Reason
from shared.ids import PersonId, new_id
from shared.telemetry import new_trace
from shared.testing.system import System
from shared.tokens import Role
from tests.conftest import MakeSystem
from tests.correspondence.examples import authority, mailing, renewed


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(correspondence)


def token(system: System, person_id: PersonId, *roles: Role) -> str:
    return system.token(person_id, "Maria Lopez", *roles)


async def inbox(system: System, person_id: PersonId) -> Any:
    answer = await system.get("correspondence", "/letters", token(system, person_id))
    assert answer.status_code == 200, answer.text
    return answer.json()


def emails(system: System) -> list[Any]:
    files = sorted((system.folder / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


async def test_a_renewal_is_one_letter_and_one_email_however_often_it_is_said(system: System) -> None:
    fact = renewed()
    await system.say(mailing(fact.person_id))
    await system.drain()
    for _ in range(3):
        await system.say(fact)
    await system.drain()
    page = await inbox(system, fact.person_id)
    [line] = page["letters"]
    assert line["subject"] == "Your license MS-204417 is renewed until June 30, 2031"
    [email] = emails(system)
    assert (email["To"], email["Subject"]) == ("maria@example.org", line["subject"])
    text = email.get_content()
    for words in ("Dear Maria Lopez", "June 30, 2031", "next business day", "(601) 359-3483", "WHAT TO DO"):
        assert words in text


async def test_of_many_letters_at_once_each_is_mailed_in_the_trace_of_its_own_cause(system: System) -> None:
    facts = [renewed() for _ in range(20)]
    await system.say(*(mailing(fact.person_id) for fact in facts))
    await system.drain()
    traces = {fact.person_id: new_trace() for fact in facts}
    await asyncio.gather(*(system.say(fact, trace=traces[fact.person_id]) for fact in facts))
    await system.drain()
    async with system.processes["correspondence"][0].runtime.reading(actor="test") as work:
        rows = await work.rows(
            """SELECT person_id, payload ->> 'traceparent' AS trace
               FROM effect JOIN letter ON letter.letter_id = CAST(effect.key AS uuid)"""
        )
    assert {row.person_id: row.trace for row in rows} == traces


async def test_a_letter_is_written_in_its_readers_language(system: System) -> None:
    fact = renewed()
    await system.say(mailing(fact.person_id, language="es", email=None))
    await system.drain()
    await system.say(fact)
    await system.drain()
    [line] = (await inbox(system, fact.person_id))["letters"]
    assert line["subject"] == "Su licencia MS-204417 está renovada hasta el 30 de junio de 2031"
    assert emails(system) == []


async def test_a_letter_stays_as_it_was_sent_when_name_and_language_change(system: System) -> None:
    fact = renewed()
    await system.say(mailing(fact.person_id))
    await system.drain()
    await system.say(fact)
    await system.drain()
    system.clock.move(minutes=1)
    await system.say(mailing(fact.person_id, name=Name(first="Mary", last="Smith"), language="es"), version=2)
    await system.drain()
    [line] = (await inbox(system, fact.person_id))["letters"]
    path = f"/letters/{line['letter_id']}"
    letter = (await system.get("correspondence", path, token(system, fact.person_id))).json()
    assert "Dear Maria Lopez" in letter["text"]


async def test_a_later_letter_knows_what_the_filing_said(system: System) -> None:
    fact = renewed()
    about = {"application_id": fact.application_id, "person_id": fact.person_id, "license_id": fact.license_id}
    await system.say(
        ApplicationFiled(
            **about, reference="R-2026-04417", kind="renewal", option="A-CEU", district_id=None,
            filed_at=system.clock.now(),
        ),
    )  # fmt: skip
    reason = Reason(code="originals", text="The certificate of May 3 is missing.")
    await system.say(ApplicationReturned(**about, reason=reason, returned_by=authority()))
    await system.drain()
    subjects = {letter["kind"]: letter["subject"] for letter in (await inbox(system, fact.person_id))["letters"]}
    assert subjects["returned"] == "Your application R-2026-04417 was sent back to you"


async def test_a_letter_is_read_once_by_its_person_and_unread_ones_come_first(system: System) -> None:
    first = renewed()
    second = renewed(person_id=first.person_id)
    await system.say(first, second)
    await system.drain()
    page = await inbox(system, first.person_id)
    newest = page["letters"][0]["letter_id"]
    path = f"/letters/{newest}/read"
    stranger = await system.post("correspondence", path, token=token(system, PersonId(new_id())))
    assert stranger.status_code == 404
    for _ in range(2):
        answer = await system.post("correspondence", path, token=token(system, first.person_id))
        assert (answer.status_code, answer.json()["letter_id"]) == (200, newest)
        system.clock.move(minutes=1)
    page = await inbox(system, first.person_id)
    assert page["unread"] == 1
    assert page["letters"][1]["letter_id"] == newest
    assert page["letters"][1]["read_at"] == "2026-03-04T15:00:00Z"


async def test_another_persons_letter_is_not_found_and_an_officers_reading_is_recorded(system: System) -> None:
    fact = renewed()
    await system.say(fact)
    await system.drain()
    [line] = (await inbox(system, fact.person_id))["letters"]
    path, stranger = f"/letters/{line['letter_id']}", PersonId(new_id())
    assert (await system.get("correspondence", path, token(system, stranger))).status_code == 404
    assert (await system.get("correspondence", "/letters")).status_code == 401
    officer = token(system, stranger, Role("licensing_officer"))
    assert (await system.get("correspondence", path, officer)).status_code == 200
    runtime = system.processes["correspondence"][0].runtime
    async with runtime.work(actor="test") as work:
        row = await work.row("SELECT actor, action FROM audit")
    assert row is not None
    assert (row.actor, row.action) == (str(stranger), "letter read")


async def test_after_a_merge_the_letters_of_both_are_one_inbox(system: System) -> None:
    fact, remains = renewed(), PersonId(new_id())
    merged = PersonState(
        person_id=fact.person_id, educator_number="MS-1", name=Name(first="A", last="B"), merged_into=remains
    )
    await system.say(fact)
    await system.say(merged, version=2)
    await system.say(merged.model_copy(update={"merged_into": None}), version=1)
    await system.drain()
    assert len((await inbox(system, remains))["letters"]) == 1


async def test_what_was_said_before_the_first_day_is_kept_and_never_mailed(system: System) -> None:
    fact = renewed()
    await system.say(mailing(fact.person_id))
    await system.drain()
    today = system.clock.now()
    system.clock.move(days=-30)
    await system.say(fact)
    await system.drain()
    system.clock.set(today)
    assert len((await inbox(system, fact.person_id))["letters"]) == 1
    assert emails(system) == []


async def test_an_officer_writes_to_an_educator(system: System) -> None:
    person_id = PersonId(new_id())
    body = {"person_id": str(person_id), "subject": "Your hearing", "text": "It is on May 3."}
    refused = await system.post("correspondence", "/letters", body, token(system, person_id))
    assert refused.status_code == 403
    officer = token(system, PersonId(new_id()), Role("licensing_officer"))
    for _ in range(2):
        assert (await system.post("correspondence", "/letters", body, officer, key="k1")).status_code == 201
    [line] = (await inbox(system, person_id))["letters"]
    assert line["subject"] == "Your hearing"


async def test_pages_of_an_inbox_follow_each_other(system: System) -> None:
    first = renewed()
    for _ in range(5):
        await system.say(renewed(person_id=first.person_id))
        system.clock.move(minutes=1)
    await system.drain()
    found: list[Any] = []
    after = ""
    while True:
        more: dict[str, str] = {"after": after} if after else {}
        page = await system.get("correspondence", "/letters", token(system, first.person_id), limit=2, **more)
        found += page.json()["letters"]
        after = page.json()["next"]
        if after is None:
            break
    times = [letter["sent_at"] for letter in found]
    assert len(times) == 5
    assert times == sorted(times, reverse=True)


async def test_an_erased_persons_letters_are_forgotten(system: System) -> None:
    fact, other = renewed(), renewed()
    await system.say(mailing(fact.person_id))
    await system.say(fact, other)
    await system.drain()
    for topic in (MailingState.TOPIC.name, PersonState.TOPIC.name):
        await system.publish(topic, None, key=str(fact.person_id).encode())
    await system.drain()
    assert (await inbox(system, fact.person_id))["letters"] == []
    assert len((await inbox(system, other.person_id))["letters"]) == 1
