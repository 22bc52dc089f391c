"""Forms as a browser reads them: `forms_in(html)`, what somebody might type into one, and what stands in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

NEVER_BACK = ("password", "file")
"""Kinds of fields that a browser is never given filled in."""
SETS = ("radio", "checkbox")


@dataclass
class Field:
    """One field. `values` are what a choice offers; `value` what is in it now."""

    name: str
    kind: str
    value: str = ""
    values: list[str] = field(default_factory=list)


@dataclass
class Filled:
    """A form of a page."""

    action: str
    method: str
    id: str = ""
    fields: dict[str, Field] = field(default_factory=dict)

    @property
    def hidden(self) -> dict[str, str]:
        """What travels with the form unseen."""
        return {each.name: each.value for each in self.fields.values() if each.kind == "hidden"}

    @property
    def typed(self) -> dict[str, Field]:
        """What a person fills in and may expect to find again."""
        return {n: f for n, f in self.fields.items() if f.kind not in ("hidden", *NEVER_BACK)}

    def example(self) -> dict[str, str]:
        """Something in every field that is not what stands there now, and could be meant."""
        return {name: _example(each, number) for number, (name, each) in enumerate(self.typed.items())}


def _example(each: Field, number: int) -> str:
    if each.values:
        return next((value for value in reversed(each.values) if value), "")
    for end, value in (("_month", "4"), ("_day", "28"), ("_year", "2025")):
        if each.name.endswith(end):
            return value
    return "2026-04-28" if each.kind == "date" else f"7{number:02d}"


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address, self.found = address, list[Filled]()
        self._form: Filled | None = None
        self._area: Field | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Filled(given.get("action", self.address), given.get("method", "get"), given.get("id", ""))
            self.found.append(self._form)
        elif self._form is not None and tag in ("input", "textarea", "select"):
            self._read_field(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.values.append(given.get("value", ""))
            if "selected" in given:
                self._select.value = given.get("value", "")

    def _read_field(self, tag: str, given: dict[str, str]) -> None:
        assert self._form is not None
        kind = given.get("type", "text") if tag == "input" else tag
        known = self._form.fields.setdefault(given.get("name", ""), Field(given.get("name", ""), kind))
        if kind in SETS:
            known.values.append(given.get("value", "on"))
            if "checked" in given:
                known.value = given.get("value", "on")
        else:
            known.value = given.get("value", "")
        self._area = known if kind == "textarea" else self._area
        self._select = known if kind == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def forms_in(html: str, address: str) -> Iterator[Filled]:
    """The forms of the page at this address that are posted, in order."""
    reader = _Reader(address)
    reader.feed(html)
    return (form for form in reader.found if form.method == "post")
