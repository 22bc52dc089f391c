"""In whichever order facts and states are heard, letters come to say the same, and are e-mailed once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from services.correspondence.app import service as correspondence
from services.correspondence.schedule import mail_late, mail_later
from shared.contracts import Event
from shared.contracts.credentials import CreditsReserved
from shared.contracts.identity import OrganizationState
from shared.contracts.renewals import ApplicationFiled, ApplicationReturned
from shared.contracts.values import Authority, CreditAmount, Name, Original, Reason
from shared.database import fetch
from shared.ids import ApplicationId, LicenseId, OrganizationId, PersonId, ReservationId, new_id
from shared.testing.system import System
from tests.conftest import MakeSystem
from tests.correspondence.examples import NEXT, mailing, renewed

NOON = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)
Said = tuple[datetime, Event, int]
"""When an event was said, the event, its version."""


@pytest.fixture
async def system(make_system: MakeSystem) -> System:
    return await make_system(correspondence)


async def hear(system: System, history: Sequence[Said]) -> None:
    """Hears these one after the other, each as said at its own time; then the schedule has its turn."""
    now = system.clock.now()
    for at, event, version in history:
        system.clock.set(at)
        await system.say(event, version=version)
        system.clock.set(now)
        await system.drain()
    await time_goes_by(system)


async def time_goes_by(system: System) -> None:
    for sweep in (mail_late, mail_later):
        await sweep(system.processes["correspondence"][0].runtime)
    await system.drain()


async def texts(system: System, person_id: PersonId) -> dict[str, str]:
    """A person's letters by kind."""
    token = system.token(person_id, "Maria Lopez")
    lines = (await system.get("correspondence", "/letters", token)).json()["letters"]
    paths = {line["kind"]: f"/letters/{line['letter_id']}" for line in lines}
    return {kind: (await system.get("correspondence", path, token)).json()["text"] for kind, path in paths.items()}


def emails(system: System) -> list[Any]:
    files = sorted((system.folder / "mail").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=default) for file in files]


def history() -> tuple[PersonId, list[Said]]:
    """A filing that is reserved and returned, the district's state of then and of later, the person's likewise."""
    person_id, district_id = PersonId(new_id()), OrganizationId(new_id())
    about: dict[str, Any] = {
        "application_id": ApplicationId(new_id()), "person_id": person_id, "license_id": LicenseId(new_id()),
    }  # fmt: skip
    by = Authority(person_id=PersonId(new_id()), name="Dr. Lee", role="superintendent", organization_id=district_id)
    filed = ApplicationFiled(
        **about, reference="R-7", kind="renewal", option="A-CEU", district_id=district_id, filed_at=NOON
    )
    reserved = CreditsReserved(
        **about, reservation_id=ReservationId(new_id()), option="A-CEU", from_valid_until=date(2026, 6, 30),
        totals=(CreditAmount(unit="ceu", amount=Decimal("10.0")),), new_valid_until=NEXT.valid_until,
        originals=(Original(credit_id=None, title="Literacy Institute", must_show=("dates",)),), policy_version="1",
    )  # fmt: skip
    returned = ApplicationReturned(
        **about, reason=Reason(code="originals", text="A certificate is missing."), returned_by=by
    )
    district = OrganizationState(
        organization_id=district_id, code="1", name="Bay", kind="district", place="9 Elm St", hours="8 to 4"
    )
    hour = timedelta(hours=1)
    return person_id, [
        (NOON - hour, district, 1),
        (NOON - hour, mailing(person_id), 1),
        (NOON, filed, 1),
        (NOON + hour / 60, reserved, 1),
        (NOON + hour / 30, returned, 2),
        (NOON + hour, district.model_copy(update={"place": "1 Oak St"}), 2),
        (NOON + hour, mailing(person_id, name=Name(first="Mary", last="Smith"), language="es"), 2),
    ]


ORDERS = [
    (0, 1, 2, 3, 4, 5, 6), (4, 3, 2, 1, 6, 0, 5), (3, 2, 4, 0, 5, 1, 6), (2, 4, 1, 5, 6, 0, 3), (1, 6, 0, 5, 4, 3, 2),
    (6, 5, 4, 3, 2, 1, 0),
]  # fmt: skip
"""Of the history above. Versions of one state may come in any order, too: a compacted topic has them so."""


async def test_letters_say_the_same_in_whichever_order_their_knowledge_comes(system: System) -> None:
    system.clock.set(NOON + timedelta(hours=2))
    found = []
    for order in ORDERS:
        person_id, said = history()
        await hear(system, [said[place] for place in order])
        found.append(await texts(system, person_id))
    first = found[0]
    assert all(each == first for each in found)
    for kind, words in {
        "filed": ("Dear Maria Lopez", "R-7", "at Bay"),
        "reserved": ("Dear Maria Lopez", "R-7", "Bay decides next", "at 9 Elm St (8 to 4)"),
        "returned": ("Dear Maria Lopez", "R-7", "Dr. Lee, Bay,", "your license ends on June 30, 2026"),
    }.items():
        assert all(word in first[kind] for word in words), first[kind]


async def test_a_letter_is_emailed_once_when_its_address_is_heard_late(system: System) -> None:
    fact = renewed()
    now = system.clock.now()
    system.clock.move(minutes=1)
    await hear(system, [(now, fact, 1)])
    assert emails(system) == []
    await hear(system, [(now - timedelta(days=90), mailing(fact.person_id), 1)])
    await time_goes_by(system)
    [email] = emails(system)
    assert email["To"] == "maria@example.org"
    [line] = (await system.get("correspondence", "/letters", system.token(fact.person_id, "M"))).json()["letters"]
    assert line["emailed"] is True


async def test_an_address_that_was_not_committed_yet_is_found_by_the_thorough_sweep(system: System) -> None:
    fact = renewed()
    now = system.clock.now()
    await hear(system, [(now, fact, 1)])
    await system.say(mailing(fact.person_id))
    await system.drain()
    runtime = system.processes["correspondence"][0].runtime
    async with runtime.work(actor="test") as work:  # as if its transaction had been minutes long
        await work.run("UPDATE recipient SET at = :at, heard_at = heard_at - interval '3 minutes'", at=now)
        await work.run("UPDATE swept SET up_to = up_to - interval '1 hour' WHERE pace = 'thorough'")
    await mail_late(runtime)
    await system.drain()
    assert emails(system) == []
    await mail_later(runtime)
    await system.drain()
    assert len(emails(system)) == 1


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        pytest.param(timedelta(), [(-1, None), (1, "maria@example.org")], id="it was given after the letter"),
        pytest.param(timedelta(days=-8), [(-9, "maria@example.org")], id="the letter is old"),
        pytest.param(timedelta(days=-800), [(-900, "maria@example.org")], id="from before the first day"),
        pytest.param(timedelta(), [(-1, "maria@example.org"), (-0.5, None)], id="it was taken back before the letter"),
    ],
)
async def test_an_address_that_is_heard_late_brings_no_email_where(
    system: System, sent: timedelta, address: list[tuple[float, str | None]]
) -> None:
    fact = renewed()
    now = system.clock.now()
    system.clock.set(now - timedelta(days=9))
    await restart_topics(system)
    system.clock.set(now + timedelta(days=2))
    await hear(system, [(now + sent, fact, 1)])
    if sent == timedelta():
        system.clock.set(now + timedelta(days=1))
    states = [(now + timedelta(days=days), mailing(fact.person_id, email=email), n + 1)
              for n, (days, email) in enumerate(address)]  # fmt: skip
    await hear(system, states)
    assert emails(system) == []


async def restart_topics(system: System) -> None:
    """As if the service had first heard its topics now."""
    runtime = system.processes["correspondence"][0].runtime
    async with runtime.work(actor="test") as work:
        await work.run("UPDATE start SET at = :now", now=work.now)


async def test_what_a_replay_writes_is_not_emailed_when_the_address_comes(system: System) -> None:
    fact = renewed()
    await system.say(fact)
    await system.drain()
    runtime = system.processes["correspondence"][0].runtime
    async with runtime.work(actor="test") as work:
        await work.run("DELETE FROM letter")
    async with runtime.work(actor="test", replaying=True) as work:
        from services.correspondence.handlers import tell_holders_on_license_renewed  # noqa: PLC0415
        from tests.correspondence.test_texts import said  # noqa: PLC0415

        await tell_holders_on_license_renewed([said(fact)], work)
    await hear(system, [(system.clock.now() - timedelta(days=1), mailing(fact.person_id), 1)])
    assert len(await texts(system, fact.person_id)) == 1
    assert emails(system) == []


async def test_a_letter_of_before_these_columns_reads_as_it_was_sent(system: System) -> None:
    """Written by the first release: name, language, one language's words, and all that it says, in its own row."""
    person_id, letter_id = PersonId(new_id()), new_id()
    runtime = system.processes["correspondence"][0].runtime
    async with runtime.database.begin() as connection:
        await fetch(
            connection,
            """INSERT INTO wording (version, words) VALUES
                   ('t', '{"layout": "{% block subject %}{% endblock %} {{ name }} {{ district }}",
                           "letter": "{% extends \\"layout\\" %}{% block subject %}{{ reference }}{% endblock %}"}'),
                   ('h', '{"zone": "America/Chicago", "zone_label": "CT"}')""",
        )
        await fetch(
            connection,
            """INSERT INTO letter (letter_id, person_id, kind, language, name, template, letterhead, data, sent_at,
                                   emailed, cause)
               VALUES (:letter_id, :person_id, 'denied', 'es', 'Maria Lopez', 't', 'h',
                       '{"reference": "R-7", "district": "Bay"}', :at, true, :letter_id)""",
            letter_id=letter_id, person_id=person_id, at=NOON,
        )  # fmt: skip
    await hear(system, [(NOON, mailing(person_id, name=Name(first="Mary", last="Smith")), 1)])
    assert await texts(system, person_id) == {"denied": "R-7 Maria Lopez Bay\n"}
