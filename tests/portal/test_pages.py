"""What every page keeps to: headers, weight, no scripts where they are not needed, errors with words."""

import re

import pytest

from tests.portal.answers import DEVELOPMENT, INBOX, LETTER, LETTER_SHOWN, MARIA
from tests.portal.fakes import refusal
from tests.portal.paths import PAGES
from tests.portal.serving import Served
from tests.portal.visitor import Visitor


async def test_a_license_page_is_light_and_has_no_script(visitor: Visitor) -> None:
    page = await visitor.get("/v/a7Qk2m9XwZ")
    style = re.search(r'href="(/assets/[^"]+\.css)"', page.text)
    assert style is not None
    sent = [await visitor.get("/v/a7Qk2m9XwZ"), await visitor.get(style.group(1))]
    weight = sum(int(each.headers.get("content-length", len(each.content))) for each in sent)
    assert "<script" not in page.text
    assert weight < 30_000, weight
    assert "set-cookie" not in page.headers


async def test_every_page_is_under_60_kb_and_has_no_inline_script_or_style(visitor: Visitor) -> None:
    await visitor.sign_in("officer")
    for path, allowed in PAGES.items():
        page = await visitor.get(path)
        if "officer" not in allowed:
            continue
        assert len(page.content) < 60_000, path
        assert "<style" not in page.text, path
        assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*src=)", page.text), path
        assert "default-src 'none'" in page.headers["content-security-policy"], path


async def test_the_style_is_a_tenth_of_the_design_system(visitor: Visitor) -> None:
    page = await visitor.get("/")
    style = re.search(r'href="(/assets/[^"]+\.css)"', page.text)
    assert style is not None
    answer = await visitor.get(style.group(1))
    assert len(answer.text) < 90_000
    assert ".usa-button" in answer.text
    assert "usa-accordion" not in answer.text
    assert "immutable" in answer.headers["cache-control"]


async def test_pages_of_a_person_are_kept_by_nobody(visitor: Visitor) -> None:
    await visitor.sign_in("maria")
    assert (await visitor.get("/home")).headers["cache-control"] == "no-store"


async def test_the_cookie_tells_nothing_and_scripts_cannot_read_it(visitor: Visitor, portal: Served) -> None:
    page = await visitor.client.get("/sign-in", follow_redirects=False)
    given = page.headers["set-cookie"]
    assert "HttpOnly" in given
    assert "samesite=lax" in given.lower()
    await visitor.sign_in("maria")
    assert str(MARIA) not in visitor.client.cookies["elms"]


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "Page not found"), (429, "Too many tries"), (503, "A part of the system is away")],
)
async def test_errors_are_written_pages(visitor: Visitor, portal: Served, status: int, words: str) -> None:
    await visitor.sign_in("maria")
    portal.fakes.away.update({"renewals"} if status == 503 else ())
    if status == 429:
        portal.fakes.errors["renewals/applications/R-2026-04417"] = refusal(429, "Too many tries.")
    path = "/nowhere" if status == 404 else "/applications/R-2026-04417"
    page = await visitor.get(path)
    assert page.status_code == status
    assert words in page.text
    assert "Traceback" not in page.text


async def test_home_stands_while_a_service_is_away(visitor: Visitor, portal: Served) -> None:
    await visitor.sign_in("maria")
    portal.fakes.away.add("correspondence")
    page = await visitor.get("/home")
    assert page.status_code == 200
    assert "Your letters can&#39;t be shown for the moment." in page.text
    assert "MS204417" in page.text


async def test_a_suspension_stands_before_everything_else(visitor: Visitor) -> None:
    page = (await visitor.get("/v/suspended1")).text
    assert page.index("This license must not be used.") < page.index("<h1>")


async def test_an_unknown_license_address_says_what_to_do(visitor: Visitor) -> None:
    page = await visitor.get("/v/not-a-license")
    assert page.status_code == 404
    assert "The paper may be damaged or not genuine." in page.text


async def test_where_somebody_goes_after_signing_in_is_a_page_of_ours(visitor: Visitor) -> None:
    landed = await visitor.fill("/sign-in?next=//evil.example/", "/sign-in", user_id="maria", password="correct horse")
    assert str(landed.url).startswith(visitor.address)
    assert landed.url.path == "/home"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("period-already-renewed", "info"), ("period-not-begun", "info"), ("license-not-in-good-standing", "warning")],
)
async def test_what_is_well_is_no_warning(visitor: Visitor, portal: Served, code: str, kind: str) -> None:
    obstacle = {"code": code, "text": "Words.", "field": None}
    changed = DEVELOPMENT | {"can_file": False, "obstacle": obstacle}
    portal.fakes.changed["credentials/licenses/MS204417/development"] = changed
    await visitor.sign_in("maria")
    for path in ("/licenses/MS204417/development", "/renew/MS204417"):
        assert f'class="usa-alert usa-alert--{kind}"' in (await visitor.get(path)).text


async def test_agencies_are_named_as_people_know_them(visitor: Visitor) -> None:
    await visitor.sign_in("maria")
    page = (await visitor.get("/licenses/MS204417/development")).text
    assert "Loaded: eLearning for Educators" in page
    assert "eLearning for Educators took it back: attendance not confirmed" in page
    await visitor.sign_in("officer")
    loads = (await visitor.get("/office/loads")).text
    assert '<option value="mde">Mississippi Department of Education</option>' in loads
    assert ">mde<" not in loads
    assert "NASDTEC Clearinghouse" in (await visitor.get("/office")).text


@pytest.mark.parametrize("reader", ["en", "es"])
async def test_a_letter_keeps_its_own_language_on_a_page_in_the_reader_s(
    visitor: Visitor, portal: Served, reader: str
) -> None:
    """Its subject and text say in which language they are wherever they stand; a line says so where it differs."""
    spanish = LETTER_SHOWN | {"language": "es", "subject": "Su licencia está renovada"}
    portal.fakes.changed |= {
        "correspondence/letters": INBOX | {"letters": [spanish]},
        f"POST correspondence/letters/{LETTER}/read": spanish | {"text": "Estimada Maria:"},
    }
    await visitor.sign_in("maria")
    marked = 'lang="es"' if reader == "en" else ""
    for path, tags in (("/home", ["a", "span"]), ("/messages", ["a"]), (f"/messages/{LETTER}", ["h1", "li"])):
        page = (await visitor.get(f"{path}?lang={reader}")).text
        for tag in tags:
            opened = re.search(rf"<{tag}([^>]*)>Su licencia está renovada</{tag}>", page)
            assert opened, (path, tag)
            assert ('lang="es"' in opened[1]) is bool(marked), (path, tag)
    assert f'<div class="elms-letter__text"{" " if marked else ""}{marked}>Estimada Maria:' in page
    assert ("This letter was written in Spanish." in page) is (reader == "en")
    assert f'<html lang="{reader}">' in page
