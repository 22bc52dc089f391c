"""Each service's page for programmers: there, readable without the rest of the world, and with every route in it."""

import base64
import hashlib
import re
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from ops.installation import wiring_of
from ops.topology import SERVICES
from shared.runtime import Runtime
from shared.settings import Settings
from shared.web.app import create_app

FROM_ELSEWHERE = {"src", "href", "action", "data", "poster", "srcset"}


class Looked(HTMLParser):
    """What a page would load or run, and whether its tags close."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: set[str] = set()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value or "" for name, value in attrs if name in FROM_ELSEWHERE}
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(params=[service.name for service in SERVICES])
def face(request: pytest.FixtureRequest) -> httpx.AsyncClient:
    """A service's HTTP face, without servers."""
    app = create_app(Runtime(wiring_of(request.param), Settings()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


async def test_the_page_has_every_route_and_schema_and_loads_nothing(face: httpx.AsyncClient) -> None:
    document, answer = (await face.get("/openapi.json")).json(), await face.get("/docs")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    looked = Looked(answer.text)
    assert looked.open == []
    assert looked.tags.isdisjoint({"script", "link", "img", "iframe", "object", "embed", "form", "base"})
    assert not {name for name in looked.attributes if name.startswith("on")}
    assert {address for address in looked.addresses if not address.startswith("#")} == {"/openapi.json"}
    text = unescape(answer.text)
    for path, methods in document["paths"].items():
        assert all(f"{method.upper()} {path}" in text for method in methods)
    schemas = document.get("components", {}).get("schemas", {})
    anchors = set(re.findall(r'<h3 id="([^"]+)">', answer.text))
    assert schemas.keys() == anchors >= {address[1:] for address in looked.addresses if address.startswith("#")}


async def test_a_browser_is_told_to_run_and_load_nothing(face: httpx.AsyncClient) -> None:
    answer = await face.get("/docs")
    policy = answer.headers["content-security-policy"]
    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy and "unsafe" not in policy and "http" not in policy


async def test_no_other_page_of_fastapis_is_there(face: httpx.AsyncClient) -> None:
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert (await face.get(path)).status_code in (303, 404)
