"""From a renewed license to a mailed envelope: what is cut when, and what is held instead."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest

from services.printing import schedule
from services.printing.store import cuttings
from shared.contracts.identity import ContactChanged, PersonState
from shared.contracts.renewals import RenewalReversed
from shared.contracts.values import Address, Authority
from shared.ids import PersonId, new_id
from tests.printing.judge import verdict
from tests.printing.world import Educator, World

OFFICER = Authority(person_id=PersonId(new_id()), name="Dr. Lee", role="superintendent")


def reversal(one: Educator) -> RenewalReversed:
    return RenewalReversed(
        application_id=one.application_id,
        license_id=one.license_id,
        person_id=one.person_id,
        reason="approved by mistake",
        reversed_by=OFFICER,
    )


async def test_a_renewal_is_printed_the_next_business_day_and_mailed(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    assert (await world.job(anna))["stage"] == "queued"
    assert (await world.job(anna))["due_on"] == "2026-03-05"

    await world.cut_off()
    assert (await world.job(anna))["stage"] == "released"
    batch = await world.taken()
    (piece,) = await world.pieces(batch)
    await world.mailed(batch, piece)
    assert (await world.job(anna))["stage"] == "mailed"


async def test_the_files_are_what_the_manifest_says(world: World, tmp_path: Path) -> None:
    people = [Educator(name=f"Person Number{n}") for n in range(3)]
    await world.renew(*people)
    await world.cut_off()
    batch = await world.taken()
    manifest = await world.get(f"/batches/{batch['batch_id']}/manifest")
    (file,) = manifest["files"]
    answer = await world.system.get("printing", f"/batches/{batch['batch_id']}/files/{file['name']}", world.token())
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    pdf = pypdfium2.PdfDocument(answer.content)
    for line in manifest["pieces"]:
        text = pdf[line["page"] - 1].get_textpage().get_text_bounded()
        assert line["serial"] in text
        assert line["license_number"] in text
        assert line["mail_to"][0] in text
        assert line["mail_to"][1:] == ["12 Oak St", "Jackson, MS 39201"]
    (tmp_path / "batch.pdf").write_bytes(answer.content)
    assert verdict(tmp_path / "batch.pdf", "2b").startswith("PASS")


async def test_pieces_stand_in_the_order_of_postal_codes(world: World) -> None:
    codes = ["39703", "38601", "39201"]
    people = [Educator(address=Address(line1="1 Elm St", city="Town", state="MS", postal_code=code)) for code in codes]
    await world.renew(*people)
    await world.cut_off()
    manifest = await world.get(f"/batches/{(await world.taken())['batch_id']}/manifest")
    assert [line["mail_to"][-1][-5:] for line in manifest["pieces"]] == sorted(codes)


async def test_a_replayed_renewal_prints_one_license(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    await world.system.say(anna.renewed)  # said again under another id
    await world.cut_off()
    assert (await world.taken())["pieces"] == 1
    assert (await world.job(anna))["copies"] == 1


@pytest.mark.parametrize(
    ("now", "cut"),
    [
        (datetime(2026, 3, 5, 11, 59, tzinfo=UTC), False),  # Thursday, a minute before 6:00 in Jackson
        (datetime(2026, 3, 5, 12, 0, tzinfo=UTC), True),
    ],
)
async def test_nothing_is_cut_before_the_cut_off(world: World, now: datetime, cut: bool) -> None:
    await world.renew(Educator())
    world.system.clock.set(now)
    await world.batches_made()
    assert bool(await world.get("/batches")) is cut


@pytest.mark.parametrize(
    ("educator", "stage", "code"),
    [
        (Educator(address=None), "held", "no-address"),
        (Educator(standing="suspended"), "stopped", "license-not-standing"),
        (Educator(name="漢 字"), "held", "unprintable"),
    ],
)
async def test_what_cannot_be_printed_is_held_with_its_reason(
    world: World, educator: Educator, stage: str, code: str
) -> None:
    good = Educator()
    await world.renew(educator, good)
    await world.cut_off()
    job = await world.job(educator)
    assert (job["stage"], job["reason_code"]) == (stage, code)
    assert (await world.job(good))["stage"] == "released"


async def test_a_held_piece_goes_with_the_next_batch_once_its_address_is_known(world: World) -> None:
    homeless = Educator(address=None)
    await world.renew(homeless)
    await world.cut_off()
    assert (await world.job(homeless))["stage"] == "held"
    homeless.address = Address(line1="5 Ash Ln", city="Tupelo", state="MS", postal_code="38801")
    await world.system.say(homeless.mailing, version=2)
    await world.system.drain()
    await world.cut_off()
    assert (await world.job(homeless))["stage"] == "released"


async def test_what_is_unknown_about_a_person_is_never_guessed(world: World) -> None:
    stranger = Educator()
    await world.system.say(stranger.mailing, stranger.license, stranger.renewed)
    await world.system.drain()
    await world.cut_off()
    assert (await world.job(stranger))["reason_code"] == "person-unread"


async def test_a_person_with_an_unread_event_is_held(world: World) -> None:
    anna, bob = Educator(), Educator(name="Bob Tate")
    await world.renew(anna, bob)
    key = str(anna.person_id).encode()
    headers = [("ce_type", b"elms.identity.MailingState.v1"), ("ce_id", str(new_id()).encode())]
    await world.system.publish("identity.mailing.state.v1", b"{not json", key, headers)
    await world.system.drain()
    await world.cut_off()
    assert (await world.job(anna))["reason_code"] == "unread"
    assert (await world.job(bob))["stage"] == "released"


async def test_the_snapshot_waits_for_what_was_said_before_the_cut_off(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    runtime = world.system.processes["printing"][0].runtime
    async with runtime.work(actor="test") as work:
        ahead = {f"{world.system.topic_prefix}identity.people.state.v1": {"0": 10**9}}
        assert await cuttings.unread(work, ahead) > 0
        ends = await schedule._ends(runtime)
        assert await cuttings.unread(work, ends) == 0
        assert sum(len(partitions) for partitions in ends.values()) == 36


async def test_a_merged_person_is_printed_under_the_name_that_remains(world: World) -> None:
    old, kept = Educator(name="Ann Taliver", address=None), Educator(name="Anna Tolliver")
    await world.renew(old)
    merged = PersonState(**old.person.model_dump() | {"merged_into": kept.person_id})
    await world.system.say(kept.person, kept.mailing)
    await world.system.say(merged, version=2)
    await world.system.drain()
    await world.cut_off()
    (piece,) = await world.pieces(await world.taken())
    assert piece["name"] == "Anna Tolliver"


async def test_an_undone_renewal_is_not_printed(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    await world.system.say(reversal(anna))
    await world.system.drain()
    await world.cut_off()
    assert (await world.job(anna))["reason_code"] == "renewal-undone"
    assert await world.get("/batches") == []


async def test_a_renewal_undone_before_it_is_heard_is_never_queued(world: World) -> None:
    anna = Educator()
    await world.system.say(reversal(anna))
    await world.system.drain()
    await world.renew(anna)
    assert await world.get("/jobs", application_id=str(anna.application_id)) == []


async def test_a_new_address_before_the_envelope_makes_a_new_copy(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    await world.cut_off()
    batch = await world.taken()
    (piece,) = await world.pieces(batch)
    anna.address = Address(line1="9 Pine Rd", city="Biloxi", state="MS", postal_code="39530")
    await world.system.say(anna.mailing, version=2)
    await world.system.say(ContactChanged(person_id=anna.person_id, changed=("address",)))
    await world.system.drain()
    await world.report(batch, "printed", piece)
    assert (await world.clear(batch, piece)).json()["code"] == "piece-is-stopped"

    await world.cut_off()
    fresh = await world.taken()
    manifest = await world.get(f"/batches/{fresh['batch_id']}/manifest")
    (line,) = manifest["pieces"]
    assert line["copy"] == 2
    assert line["mail_to"] == ["Anna Tolliver", "9 Pine Rd", "Biloxi, MS 39530"]


@pytest.mark.parametrize("steps", range(1, 8))
async def test_a_batch_goes_on_after_a_kill_at_any_step(world: World, steps: int) -> None:
    """Each step is one transaction: whoever comes after it finds the next one, and no piece is made twice."""
    people = [Educator(name=f"Person Number{n}") for n in range(3)]
    await world.renew(*people)
    world.system.clock.set(datetime(2026, 3, 5, 12, 0, tzinfo=UTC))
    runtime = world.system.processes["printing"][0].runtime
    for _ in range(steps):
        await schedule.step(runtime)
    await world.batches_made()
    (batch,) = await world.get("/batches")
    assert (batch["state"], batch["pieces"], batch["counts"]) == ("released", 3, {"released": 3})
    assert [(await world.job(one))["copies"] for one in people] == [1, 1, 1]


async def test_paper_comes_on_request_only_where_the_state_says_so(bay_state: World) -> None:
    anna = Educator()
    await bay_state.renew(anna)
    assert await bay_state.get("/jobs", application_id=str(anna.application_id)) == []
    own = bay_state.system.token(anna.person_id, anna.name)
    for _ in range(2):
        asked = await bay_state.system.post("printing", f"/licenses/{anna.license_id}/paper", token=own)
        assert asked.status_code == 202, asked.text
    jobs = await bay_state.get("/jobs", license_number=anna.license.number)
    assert [job["stage"] for job in jobs] == ["queued"]
