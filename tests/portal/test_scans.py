"""Scans: handed in with the form or after it, kept when the form comes back, seen by whoever decides."""

from typing import Any

import httpx
import pytest

from tests.portal.answers import CREDIT_SCANNED, SCAN, SCAN_WAITING
from tests.portal.fakes import refusal
from tests.portal.serving import Served
from tests.portal.test_forms import CEU
from tests.portal.visitor import HIDDEN, Visitor

ADD = "/licenses/MS204417/add-ceu"
AFTER = f"/licenses/MS204417/credits/{CREDIT_SCANNED}/scan"
SCANS = "credentials/scans"
FILE = ("certificate.pdf", b"%PDF-1.7 something", "application/pdf")


async def send(visitor: Visitor, path: str, file: Any = FILE, **typed: str) -> httpx.Response:
    """Fills the page's form in and sends it with a file."""
    hidden = dict(HIDDEN.findall((await visitor.get(path)).text))
    return await visitor.client.post(path, data=hidden | typed, files={"scan": file} if file else None)


def posted(portal: Served, path: str) -> list[Any]:
    return [body for to, body, _key in portal.fakes.posts if to == path]


async def test_a_scan_is_handed_in_and_its_id_goes_with_the_credit(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    shown = await send(visitor, ADD, **CEU)
    assert shown.url.path == "/licenses/MS204417/development"
    assert posted(portal, SCANS) == [FILE[1]]
    assert posted(portal, "credentials/licenses/MS204417/credits")[0]["scan_id"] == SCAN_WAITING["scan_id"]


async def test_without_a_scan_none_is_named(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    await send(visitor, ADD, file=("", b"", "application/octet-stream"), **CEU)
    assert posted(portal, SCANS) == []
    assert posted(portal, "credentials/licenses/MS204417/credits")[0]["scan_id"] is None


@pytest.mark.parametrize(
    ("refused", "typed"),
    [
        (("credentials/licenses/MS204417/credits", 422, "Already listed May 3: same training and dates.", "title"), {}),
        (None, {"title": ""}),
        (None, {"completed_on_month": "13"}),
        (None, {"_language": "es"}),
    ],
    ids=["a rule", "something missing", "a date that is none", "the other language"],
)
async def test_a_form_that_comes_back_keeps_its_scan_and_sends_it_no_second_time(
    visitor: Visitor, portal: Served, refused: Any, typed: dict[str, str]
) -> None:
    await visitor.sign_in("maria")
    if refused:
        portal.fakes.refusals[refused[0]] = refusal(*refused[1:])
    shown = await send(visitor, ADD, **CEU | typed)
    assert f'name="scan_id" value="{SCAN_WAITING["scan_id"]}"' in shown.text
    assert SCAN_WAITING["name"] in shown.text
    portal.fakes.refusals.clear()
    sent = await visitor.send(shown, ADD, **CEU)
    assert sent.url.path == "/licenses/MS204417/development"
    assert len(posted(portal, SCANS)) == 1
    assert posted(portal, "credentials/licenses/MS204417/credits")[-1]["scan_id"] == SCAN_WAITING["scan_id"]


@pytest.mark.parametrize(
    ("file", "answer", "sentence"),
    [
        (("huge.pdf", bytes(12 << 20), "application/pdf"), None, "12 MB is too big; choose a file up to 10 MB."),
        (FILE, refusal(422, "This file is application/zip; choose one of these: PDF, JPEG, PNG.", "file"),
         "This file is application/zip; choose one of these: PDF, JPEG, PNG."),
    ],
)  # fmt: skip
async def test_a_file_that_cannot_be_taken_is_refused_at_its_field_with_the_rest_kept(
    visitor: Visitor, portal: Served, file: Any, answer: Any, sentence: str
) -> None:
    await visitor.sign_in("maria")
    if answer:
        portal.fakes.refusals[SCANS] = answer
    shown = await send(visitor, ADD, file=file, **CEU)
    assert shown.status_code == 422
    assert f'<a href="#scan">{sentence}</a>' in shown.text
    assert 'value="Literacy &lt;Institute&gt;"' in shown.text
    assert posted(portal, "credentials/licenses/MS204417/credits") == []


async def test_a_form_larger_than_any_file_is_not_read(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    shown = await send(visitor, ADD, file=("huge.pdf", bytes(41 << 20), "application/pdf"), **CEU)
    assert shown.status_code == 413
    assert "Choose a smaller file." in shown.text
    small = await visitor.fill("/account", "/account/contact", line1="x" * (1 << 20))
    assert small.status_code == 413
    assert posted(portal, "identity/me/contact") == []


async def test_a_file_follows_a_credit_that_is_recorded(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    nothing = await send(visitor, AFTER, file=None)
    assert 'id="scan-error">Choose a file.' in nothing.text
    shown = await send(visitor, AFTER)
    assert "The file is handed in." in shown.text
    path = f"credentials/credits/{CREDIT_SCANNED}/scans/{SCAN_WAITING['scan_id']}"
    assert path in [to for to, _body, _key in portal.fakes.posts]


async def test_the_list_says_what_became_of_each_scan_and_offers_another_where_none_was_taken(
    visitor: Visitor,
) -> None:
    await visitor.sign_in("maria")
    page = (await visitor.get("/licenses/MS204417/development")).text
    assert f'href="/scans/{SCAN["scan_id"]}"' in page
    assert "The scanner found Eicar-Test in the file; it was deleted." in page
    assert page.count(">Add a scan<") == 1


async def test_whoever_decides_sees_the_scan_beside_its_original(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("lee")
    page = (await visitor.get("/queue/R-2026-04417")).text
    original = page[page.index('for="original-1"') : page.index('for="original-2"')]
    assert f'href="/scans/{SCAN["scan_id"]}"' in original
    portal.fakes.away.add("credentials")
    page = (await visitor.get("/queue/R-2026-04417")).text
    assert "Scans can&#39;t be shown for the moment." in page
    assert 'for="original-1"' in page
