"""Scans: taken for what they are, read by nobody before they are scanned, then by those alone whom they concern."""

import asyncio
import io
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pikepdf
import pytest

from services.credentials import outside
from services.credentials.commands import scanning
from services.credentials.schedule import forget_loose_scans
from shared.effects import worker
from shared.files import Files
from shared.files import uploads as u
from shared.files.scanner import Scan
from shared.ids import OrganizationId, new_id
from shared.tokens import Role
from tests.credentials.conftest import DISTRICT, Office

HERE = OrganizationId(DISTRICT)


def certificate(pages: int = 1, title: str = "") -> bytes:
    """A PDF; another one for each title."""
    made, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.docinfo["/Title"] = title or str(new_id())
    made.save(out)
    return out.getvalue()


async def hand_in(office: Office, person: UUID, content: bytes, name: str = "certificate.pdf", key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return await office.system.ask(
        "POST", "credentials", "/scans", office.token(person), content=content, params={"name": name}, headers=headers
    )


async def looked_into(office: Office) -> None:
    """Does all effects that are due, and waits for what the service's own worker is doing."""
    runtime = office.system.processes["credentials"][0].runtime
    end = time.monotonic() + 90
    while await office.rows("SELECT 1 FROM scan WHERE state = 'waiting'"):
        assert time.monotonic() < end, "a scan still waits"
        if not await worker.carry_out_one(runtime):
            await asyncio.sleep(0.05)


async def recorded(office: Office, content: bytes, **person_is: Any) -> tuple[UUID, dict[str, Any]]:
    """Somebody with a credit that has this scan; the credit as it is shown."""
    person = await office.person(**person_is)
    license = await office.license(person)
    scan = (await hand_in(office, person, content)).json()
    entered = await office.enter(license["number"], person, amount="1", scan_id=scan["scan_id"])
    assert entered.status_code == 201, entered.text
    return person, entered.json() | {"number": license["number"]}


async def read(office: Office, scan_id: str, token: str) -> httpx.Response:
    return await office.system.get("credentials", f"/scans/{scan_id}", token)


async def test_a_scan_is_read_as_an_attachment_and_not_before_it_was_scanned(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_runtime: Any, _payload: Any) -> None:
        raise worker.Failed("the scanner is away")

    monkeypatch.setitem(outside.OUTSIDE, "scan", away)
    content = certificate(2)
    person, credit = await recorded(office, content)
    scan = credit["scans"][0]
    assert (scan["state"], scan["pages"], scan["media_type"]) == ("waiting", 2, "application/pdf")
    assert (await read(office, scan["scan_id"], office.token(person))).status_code == 409
    monkeypatch.undo()
    await office.rows("UPDATE effect SET due = clock_timestamp() WHERE state = 'due' RETURNING 1")
    await looked_into(office)
    answer = await read(office, scan["scan_id"], office.token(person))
    assert (answer.status_code, answer.content) == (200, content)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''certificate.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await office.page(credit["number"], person))["credits"][0]["scans"][0]["state"] == "released"


@pytest.mark.parametrize(
    ("role", "district", "status"),
    [
        ("superintendent", HERE, 200),
        ("designee", HERE, 200),
        ("licensing_officer", None, 200),
        ("superintendent", OrganizationId(new_id()), 404),
        ("directory_administrator", HERE, 404),
        ("educator", None, 404),
    ],
)
async def test_a_scan_is_read_by_those_who_decide_and_by_nobody_else(
    office: Office, role: str, district: OrganizationId | None, status: int
) -> None:
    person, credit = await recorded(office, certificate())
    await looked_into(office)
    assert (await office.enter(credit["number"], person, amount="9", title="Numbers")).status_code == 201
    reference = f"R-2026-{office.number:05}"
    filed = office.filed(await office.shown(credit["number"], person), "A-CEU", reference=reference)
    await office.said_and_done(filed)
    token = office.system.token(new_id(), "Somebody", Role(role, district))
    scan_id = credit["scans"][0]["scan_id"]
    assert (await read(office, scan_id, token)).status_code == status
    for application in (filed.application_id, reference, reference.lower()):
        listed = await office.system.get("credentials", f"/applications/{application}/scans", token)
        assert listed.status_code == status
        assert [each["scan_id"] for each in listed.json() if status == 200] == [scan_id] * (status == 200)
    audited = await office.rows("SELECT 1 FROM audit WHERE action = 'scan read' AND subject = :id", id=scan_id)
    assert len(audited) == (status == 200)


@pytest.mark.parametrize(
    ("content", "code", "sentence"),
    [
        (b"", "upload-empty", "The file is empty."),
        (b"MZ" + bytes(100), "upload-of-another-kind", "choose one of these: PDF, JPEG, PNG."),
        (bytes(u.MOST_BYTES + 1), "upload-too-large", "11 MB is too big; choose a file up to 10 MB."),
        (certificate(u.MOST_PAGES + 1), "upload-too-long", "The document has 51 pages; at most 50 are taken."),
    ],
    ids=["empty", "a program", "too big", "too long"],
)
async def test_what_no_scan_can_be_is_refused_with_the_field_and_kept_nowhere(
    office: Office, content: bytes, code: str, sentence: str
) -> None:
    person = await office.person()
    answer = await hand_in(office, person, content)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, "file")
    assert sentence in answer.json()["detail"]
    assert await office.rows("SELECT 1 FROM scan WHERE person_id = :id", id=person) == []


async def test_what_the_scanner_finds_is_deleted_and_said_and_another_file_can_take_its_place(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Finds:
        async def scan(self, content: bytes) -> Scan:
            return Scan(found="Eicar-Test")

    async def away(_runtime: Any, _payload: Any) -> None:
        raise worker.Failed("the scanner is away")

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(outside.OUTSIDE, "scan", away)
        person, credit = await recorded(office, certificate())
    monkeypatch.setattr(u, "scanner_of", lambda _settings: Finds())
    await looked_into(office)
    monkeypatch.undo()
    scan = (await office.page(credit["number"], person))["credits"][0]["scans"][0]
    assert (scan["state"], scan["note"]) == ("refused", "The scanner found Eicar-Test in the file; it was deleted.")
    assert (await read(office, scan["scan_id"], office.token(person))).status_code == 404
    rows = await office.rows("SELECT sha256 FROM scan WHERE scan_id = :id", id=scan["scan_id"])
    assert not await Files(office.system.processes["credentials"][0].runtime.settings).exists(rows[0].sha256)
    other = (await hand_in(office, person, certificate())).json()["scan_id"]
    path = f"/credits/{credit['credit_id']}/scans/{other}"
    for _twice in range(2):
        added = await office.system.ask("PUT", "credentials", path, office.token(person))
        assert added.status_code == 204, added.text
    assert len((await office.page(credit["number"], person))["credits"][0]["scans"]) == 2


async def test_the_same_request_hands_in_one_scan_and_nobody_can_take_anothers(office: Office) -> None:
    person, thief = await office.person(), await office.person()
    license = await office.license(thief)
    first, again = [(await hand_in(office, person, b"%PDF", key="k")) for _ in range(2)]
    assert (first.status_code, again.status_code) == (422, 422)
    content = certificate()
    first, again = [(await hand_in(office, person, content, key="k")).json() for _ in range(2)]
    assert first["scan_id"] == again["scan_id"]
    stolen = await office.enter(license["number"], thief, amount="1", scan_id=first["scan_id"])
    assert (stolen.status_code, stolen.json()["code"], stolen.json()["field"]) == (422, "scan-gone", "scan_id")
    assert (await office.page(license["number"], thief))["credits"] == []


async def test_what_becomes_no_credits_is_forgotten_after_a_day_and_shared_bytes_stay(office: Office) -> None:
    runtime = office.system.processes["credentials"][0].runtime
    files, shared, alone = Files(runtime.settings), certificate(), certificate()
    _person, credit = await recorded(office, shared)
    other = await office.person()
    for content in (shared, alone):
        await hand_in(office, other, content)
    await looked_into(office)
    hashes = {
        row.sha256: row.person_id
        for row in await office.rows("SELECT sha256, person_id FROM scan ORDER BY credit_id NULLS FIRST")
    }
    theirs = await office.rows("SELECT sha256 FROM scan WHERE person_id = :id", id=other)
    assert len(theirs) == 2
    before = [await files.exists(row.sha256) for row in theirs]
    assert before == [True, True]
    await office.rows(
        "UPDATE scan SET uploaded_at = uploaded_at - CAST(:day AS interval) WHERE person_id = :id RETURNING 1",
        id=other, day=scanning.KEPT_LOOSE + timedelta(minutes=1),
    )  # fmt: skip
    await forget_loose_scans(runtime)
    assert await office.rows("SELECT 1 FROM scan WHERE person_id = :id", id=other) == []
    kept = {sha256: await files.exists(sha256) for sha256 in hashes if sha256 in {r.sha256 for r in theirs}}
    assert sorted(kept.values()) == [False, True]
    assert (await read(office, credit["scans"][0]["scan_id"], office.officer())).content == shared
