"""Somebody with a browser without scripts: follows links, fills forms in, keeps cookies."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)

CREATE = "/account/create"
ADDRESS = {"line1": "4 Sycamore Lane", "city": "Cleveland", "state": "MS", "postal_code": "38732"}


@dataclass
class Visitor:
    """One visit to a portal."""

    address: str
    client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.AsyncClient(base_url=self.address, follow_redirects=True, timeout=90, verify=False)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.client.get(path, **options)

    async def fill(self, page: str, action: str, **typed: Any) -> httpx.Response:
        """Opens a page, fills its form with that action in, and sends it with what the form hides."""
        return await self.send(await self.get(page), action, **typed)

    async def send(self, page: httpx.Response, action: str, **typed: Any) -> httpx.Response:
        """Sends the form with that action of a page that is open."""
        hidden = next((dict(HIDDEN.findall(inner)) for to, inner in FORM.findall(page.text) if to == action), None)
        if hidden is None:
            hidden = dict(HIDDEN.findall(page.text))
        hidden = {name: unescape(value) for name, value in hidden.items()}
        return await self.client.post(action, data=hidden | typed)

    async def describe_oneself(self) -> httpx.Response:
        """The first three of the four pages of a new account; returns the fourth, which asks for the sign-in."""
        page = await self.fill(CREATE, CREATE, _step="0")
        page = await self.send(
            page, CREATE, first="Maria", last="Lopez", birth_date_month="4", birth_date_day="28",
            birth_date_year="1986", ssn_last_four="1234", license_number="MS204417",
        )  # fmt: skip
        page = await self.send(page, CREATE, **ADDRESS, email="maria@example.org")
        return await self.send(page, CREATE, district_id="")

    async def sign_in(self, user: str, password: str = "correct horse") -> httpx.Response:
        return await self.fill("/sign-in", "/sign-in", user_id=user, password=password)
