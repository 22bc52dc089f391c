"""The print shop: fenced leases, clearances that fail closed, reports that may be said again, paper that adds up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.credentials import LicenseReinstated, LicenseSuspended
from shared.contracts.exchange import PieceReported
from shared.contracts.identity import ContactChanged
from shared.contracts.values import Address
from shared.ids import PieceId, ReceiptId, new_id
from tests.printing.world import ANSWERS, Educator, World


async def released(world: World, *people: Educator) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A batch of these people's licenses, taken by the shop."""
    await world.renew(*people)
    await world.cut_off()
    batch = await world.taken()
    return batch, await world.pieces(batch)


async def let_lease_end(world: World) -> None:
    await world.rows("UPDATE batch SET lease_until = :past", past=datetime.now(UTC) - timedelta(seconds=1))


async def test_a_batch_is_one_holders_at_a_time(world: World) -> None:
    batch, _ = await released(world, Educator())
    other = await world.post(f"/batches/{batch['batch_id']}/take", person=new_id())
    assert (other.status_code, other.json()["code"]) == (409, "batch-taken")
    again = await world.post(f"/batches/{batch['batch_id']}/take")
    assert again.json()["lease"] == batch["lease"]


async def test_an_expired_leases_reports_are_refused(world: World) -> None:
    batch, (piece,) = await released(world, Educator())
    await let_lease_end(world)
    (told,) = await world.report(batch, "printed", piece)
    assert (told["accepted"], told["code"]) == (False, "lease-lost")


async def test_a_later_lease_fences_the_earlier_one(world: World) -> None:
    batch, (piece,) = await released(world, Educator())
    await let_lease_end(world)
    taken = await world.post(f"/batches/{batch['batch_id']}/take", person=new_id())
    assert taken.json()["lease"] == batch["lease"] + 1
    (told,) = await world.report(batch, "printed", piece)
    assert told["code"] == "lease-lost"
    (told,) = await world.report(taken.json(), "printed", piece)
    assert told["accepted"]


async def test_a_report_may_be_said_again(world: World) -> None:
    batch, (piece,) = await released(world, Educator())
    for _ in range(3):
        assert [told["accepted"] for told in await world.report(batch, "printed", piece)] == [True]
    (row,) = await world.rows("SELECT count(*) AS sheets FROM sheet")
    assert row.sheets == 1


@pytest.mark.parametrize("outcome", ["inserted", "mailed", "returned"])
async def test_no_step_is_left_out(world: World, outcome: str) -> None:
    batch, (piece,) = await released(world, Educator())
    (told,) = await world.report(batch, outcome, piece)
    assert (told["accepted"], told["code"]) == (False, "out-of-order")


async def test_nothing_goes_into_an_envelope_uncleared(world: World) -> None:
    batch, (piece,) = await released(world, Educator())
    await world.report(batch, "printed", piece)
    (told,) = await world.report(batch, "inserted", piece)
    assert told["code"] == "not-cleared"
    assert (await world.clear(batch, piece)).status_code == 200
    (told,) = await world.report(batch, "inserted", piece)
    assert told["accepted"]


async def test_without_a_yes_the_piece_is_stopped(world: World) -> None:
    anna = Educator()
    batch, (piece,) = await released(world, anna)
    await world.report(batch, "printed", piece)
    ANSWERS[anna.license_id] = {"cleared": False, "reason": {"code": "held", "text": "The license is on hold."}}
    answer = await world.clear(batch, piece)
    assert (answer.status_code, answer.json()["code"]) == (422, "piece-is-stopped")
    assert "on hold" in answer.json()["detail"]
    job = await world.job(anna)
    assert (job["stage"], job["reason_code"]) == ("stopped", "not-cleared")


async def test_when_credentials_is_away_nothing_is_cleared_and_nothing_stopped(world: World) -> None:
    anna = Educator()
    batch, (piece,) = await released(world, anna)
    await world.report(batch, "printed", piece)
    ANSWERS[anna.license_id] = None
    assert (await world.clear(batch, piece)).status_code == 503
    (told,) = await world.report(batch, "inserted", piece)
    assert told["code"] == "not-cleared"
    del ANSWERS[anna.license_id]
    assert (await world.clear(batch, piece)).status_code == 200


async def test_a_license_suspended_after_queuing_is_stopped_before_its_envelope(world: World) -> None:
    anna, bob = Educator(), Educator(name="Bob Tate")
    batch, pieces = await released(world, anna, bob)
    await world.report(batch, "printed", *pieces)
    suspended = LicenseSuspended(license_id=anna.license_id, person_id=anna.person_id, on=datetime.now(UTC).date())
    await world.system.say(suspended)
    await world.system.drain()
    job = await world.job(anna)
    assert (job["stage"], job["reason_code"]) == ("stopped", "license-suspended")
    stopped = next(p for p in pieces if p["piece_id"] == job["pieces"][0]["piece_id"])
    (told,) = await world.report(batch, "inserted", stopped)
    assert told["code"] == "piece-is-stopped"
    (told,) = await world.report(batch, "spoiled", stopped)
    assert told["accepted"]
    assert (await world.job(anna))["stage"] == "stopped"

    reinstated = LicenseReinstated(license_id=anna.license_id, person_id=anna.person_id, on=datetime.now(UTC).date())
    await world.system.say(reinstated)
    await world.system.drain()
    assert (await world.job(anna))["stage"] == "queued"


async def test_only_spoiled_and_missing_pieces_are_printed_again(world: World) -> None:
    people = [Educator(name=f"Person Number{n}") for n in range(4)]
    batch, pieces = await released(world, *people)
    await world.report(batch, "printed", *pieces[:3])
    await world.report(batch, "spoiled", pieces[0], note="jam")
    body = {"lease": batch["lease"], "missing": [pieces[3]["piece_id"]]}
    answer = await world.post(f"/batches/{batch['batch_id']}/reprint", body)
    assert answer.json() == {"pieces": 2}
    await world.batches_made()
    again = await world.taken()
    assert {p["job_id"] for p in await world.pieces(again)} == {pieces[0]["job_id"], pieces[3]["job_id"]}
    assert {p["copy"] for p in await world.pieces(again)} == {2}
    answer = await world.post(f"/batches/{batch['batch_id']}/reprint", body | {"missing": []})
    assert answer.json() == {"pieces": 0}


async def test_good_and_spoiled_and_remaining_paper_is_what_was_received(world: World) -> None:
    people = [Educator(name=f"Person Number{n}") for n in range(3)]
    received = await world.post("/stock/receipts", {"first": "A-000101", "last": "A-000600"})
    assert received.status_code == 201, received.text
    batch, pieces = await released(world, *people)
    for number, piece in enumerate(pieces):
        await world.report(batch, "printed", piece, serial=f"A-000{101 + number}")
    await world.report(batch, "spoiled", pieces[2], serial="A-000103", note="ink")
    stock = await world.get("/stock")
    assert stock["sentence"] == "500 = 2 good + 1 spoiled + 497 left"
    await world.post("/stock/counts", {"counted": 495})
    assert (await world.get("/stock"))["last_count_off_by"] == -2


@pytest.mark.parametrize(("serial", "code"), [("A-000101", "sheet-used"), ("B-000001", "unknown-sheet")])
async def test_a_sheet_is_used_once_and_comes_from_the_stock(world: World, serial: str, code: str) -> None:
    await world.post("/stock/receipts", {"first": "A-000101", "last": "A-000600"})
    batch, pieces = await released(world, Educator(), Educator(name="Bob Tate"))
    await world.report(batch, "printed", pieces[0], serial="A-000101")
    (told,) = await world.report(batch, "printed", pieces[1], serial=serial)
    assert (told["accepted"], told["code"], told["field"]) == (False, code, "serial")


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [("A-1", "B-9", "last"), ("A-9", "A-1", "last"), ("sheet", "A-9", "first"), ("A-000200", "A-000700", "first")],
)
async def test_stock_that_cannot_be_is_refused_by_its_field(world: World, first: str, last: str, field: str) -> None:
    await world.post("/stock/receipts", {"first": "A-000101", "last": "A-000600"})
    answer = await world.post("/stock/receipts", {"first": first, "last": last})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_mail_that_came_back_goes_out_again_to_a_new_address(world: World) -> None:
    anna = Educator()
    batch, (piece,) = await released(world, anna)
    await world.mailed(batch, piece)
    await let_lease_end(world)  # mail comes back long after
    (told,) = await world.report(batch, "returned", piece, note="moved")
    assert told["accepted"]
    assert (await world.job(anna))["stage"] == "returned"
    anna.address = Address(line1="9 Pine Rd", city="Biloxi", state="MS", postal_code="39530")
    await world.system.say(anna.mailing, version=2)
    await world.system.say(ContactChanged(person_id=anna.person_id, changed=("address",)))
    await world.system.drain()
    assert (await world.job(anna))["stage"] == "queued"


async def test_a_shops_reports_may_come_as_events(world: World) -> None:
    anna = Educator()
    batch, (piece,) = await released(world, anna)

    async def say(outcome: str, agency: str = "printshop") -> None:
        told = PieceReported(
            piece_id=PieceId(piece["piece_id"]), receipt_id=ReceiptId(new_id()), agency=agency, outcome=outcome,
            lease=batch["lease"], at=world.system.clock.now(),
        )  # fmt: skip
        await world.system.say(told)
        await world.system.drain()

    await say("printed", agency="stranger")
    assert (await world.job(anna))["stage"] == "released"
    (letter,) = await world.rows("SELECT reason, detail FROM dead_letter")
    assert letter.reason == "refused"
    await world.rows("UPDATE dead_letter SET state = 'discarded'")
    runtime = world.system.processes["printing"][0]
    for consumer in runtime.consumers.values():
        consumer.subscription.has_dead_letters = False
    for outcome in ("printed", "printed"):
        await say(outcome)
    assert (await world.job(anna))["stage"] == "printed"


async def test_the_shop_is_told_of_its_batch_and_of_what_is_stopped(world: World) -> None:
    anna = Educator()
    batch, (piece,) = await released(world, anna)
    suspended = LicenseSuspended(license_id=anna.license_id, person_id=anna.person_id, on=datetime.now(UTC).date())
    await world.system.say(suspended)
    await world.system.drain()
    told = await world.heard("outbound.printshop.print-jobs.v1", batch["batch_id"])
    assert [name for name, _ in told] == ["BatchReleased", "PieceStopped"]
    announced, stopped = (data for _, data in told)
    assert announced["files"] == [{"name": f["name"], "sha256": f["sha256"], "pages": 1} for f in batch["files"]]
    assert (stopped["piece_id"], stopped["reason"]["code"]) == (piece["piece_id"], "license-suspended")
    job = await world.job(anna)
    said = await world.heard("printing.facts.v1", job["job_id"])
    assert [name for name, _ in said] == ["PrintJobQueued", "PieceReleased", "PrintJobStopped"]


async def test_a_held_job_is_neither_cut_nor_cleared(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    job = await world.job(anna)
    hold = f"/jobs/{job['job_id']}/hold"
    assert (await world.post(hold, {"why": "name in question"}, role="print_shop")).status_code == 403
    assert (await world.post(hold, {"why": "name in question"}, role="licensing_officer")).status_code == 200
    await world.cut_off()
    assert (await world.job(anna))["stage"] == "held"
    await world.post(f"/jobs/{job['job_id']}/go-on", role="licensing_officer")
    await world.cut_off()
    assert (await world.job(anna))["stage"] == "released"


@pytest.mark.parametrize(
    "path", ["/desk", "/batches", "/stock", "/batches/{id}", "/batches/{id}/manifest", "/pieces/x"]
)
async def test_the_print_desk_is_for_its_own_people(world: World, path: str) -> None:
    answer = await world.system.get("printing", path.format(id=new_id()), world.token("superintendent"))
    assert answer.status_code == 403
    assert (await world.system.get("printing", path.format(id=new_id()))).status_code == 401


async def test_an_educator_sees_their_own_paper_alone(world: World) -> None:
    anna = Educator()
    await world.renew(anna)
    path = "/jobs"
    own, other = (world.system.token(person, "Somebody") for person in (anna.person_id, new_id()))
    mine = await world.system.get("printing", path, own, license_number=anna.license.number)
    theirs = await world.system.get("printing", path, other, license_number=anna.license.number)
    assert (len(mine.json()), theirs.json()) == (1, [])
    copy = f"/licenses/{anna.license_id}/unofficial-copy"
    assert (await world.system.get("printing", copy, own)).content.startswith(b"%PDF")
    assert (await world.system.get("printing", copy, other)).status_code == 404


async def test_the_desk_shows_what_waits_and_why(world: World) -> None:
    await world.renew(Educator(address=None), Educator())
    await world.cut_off()
    desk = await world.get("/desk")
    assert [(row["reason_code"], row["jobs"]) for row in desk["waiting"]] == [("no-address", 1)]
    assert desk["next_cut_off"].startswith("2026-03-06T12:00")
    assert [batch["counts"] for batch in desk["batches"]] == [{"released": 1}]
