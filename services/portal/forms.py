"""What a person typed into a form: kept whatever happens, with what is wrong at each field, and its one-use key.

    form = await page.form()
    with form.trying():
        made = await page.post("credentials", path, body, form=form)
        return page.see(address, _("Added."))
    return page.show("development/add_ceu.html", form=form)

Inside `trying`, whatever a service refuses becomes the form's errors, and the lines below show it again as it was.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from services.portal.words import _, refusal
from shared.errors import ElmsError, Forbidden, Unavailable
from shared.ids import new_id
from shared.peers import PeerRefused

SHOWN_AGAIN = ("_language", "_resumed")
KEPT_ERRORS = (400, 409, 413, 415, 422, 429)


MOST_TYPED = 1 << 20
"""Bytes of a form without a file; nobody types so much."""
READ_UP_TO = 40 << 20
"""A form with a file up to this size comes back filled, with the file refused; a larger one is not read at all."""


class FormStale(Forbidden):
    """The form was not made for this visit: a forged one, or one from before the cookie was lost."""

    text = "This form has expired. Go back, load the page again and send it once more."


class FormTooLarge(ElmsError):
    """More was sent than the form can hold, or it was not said how much."""

    status = 413
    text = "This is too big to be taken. Choose a smaller file."


async def read_form(request: Request, at_most: int) -> FormData:
    """What was posted. Raises `FormTooLarge` before any of it is read."""
    told = request.headers.get("content-length", "")
    if not told.isdigit() or int(told) > at_most:
        raise FormTooLarge
    return await request.form()


class ShowAgain(Exception):
    """The form is only to be shown, as it is: something is wrong with it, or its language was changed."""


@dataclass
class Form:
    """One form. `errors` are by field; `notice` is what is wrong with the whole."""

    values: Mapping[str, Any] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    key: UUID = field(default_factory=new_id)
    errors: dict[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200

    @property
    def is_only_shown(self) -> bool:
        """Whether it came back after signing in, or in the other language: it is shown as it was, and does nothing."""
        return any(self[name] for name in SHOWN_AGAIN)

    @property
    def was_signed_out(self) -> bool:
        """Whether it waited while its person signed in again."""
        return bool(self["_resumed"])

    def __getitem__(self, name: str) -> str:
        """What was typed, without the spaces around it."""
        return str(self.values.get(name) or "").strip()

    def all(self, name: str) -> Sequence[str]:
        """What was ticked, of several."""
        return self.lists.get(name, ())

    def has(self, name: str, value: str) -> bool:
        """Whether this box is ticked."""
        return value in self.all(name)

    def require(self, **sentences: str) -> None:
        """Every field named must have something; else the sentence stands at it. Raises `ShowAgain`."""
        self.stop_if_refused()
        for name, sentence in sentences.items():
            if not self[name] and name not in self.files:
                self.refuse(sentence, name)
        self.stop_if_refused()

    def keep(self, **values: str) -> None:
        """Adds what is to come back with the form, as if it had been typed."""
        self.values = {**self.values, **values}

    def refuse(self, sentence: str, name: str = "") -> None:
        """Notes what is wrong, at its field or with the whole."""
        self.status = 422
        if name:
            self.errors.setdefault(name, sentence)
        else:
            self.notice = self.notice or sentence

    def day(self, name: str, sentence: str = "", *, optional: bool = False) -> str | None:
        """The date of the three fields `name_month`, `name_day`, `name_year`, or of one, as an ISO text."""
        parts = [self[f"{name}_{part}"] for part in ("year", "month", "day")]
        if self[name]:
            parts = self[name].split("-")
        if not any(parts) and optional:
            return None
        try:
            return date(*map(int, parts)).isoformat()
        except (ValueError, TypeError):
            self.refuse(sentence or _("Enter the date as month, day and year, such as 4 28 2026."), name)
            return None

    def number(self, name: str, sentence: str = "") -> str | None:
        """The number typed, as a text that keeps every digit; None where nothing is typed."""
        if not self[name]:
            return None
        try:
            return f"{Decimal(self[name].replace(',', '')):f}"
        except InvalidOperation:
            self.refuse(sentence or _("“%(value)s” is not a number. Enter one such as 0.5.", value=self[name]), name)
            return None

    def stop_if_refused(self) -> None:
        """Raises `ShowAgain` when something is wrong, or when the form is only to be shown."""
        if self.is_only_shown or self.errors or self.notice:
            raise ShowAgain

    @contextmanager
    def trying(self, **names: str) -> Iterator[None]:
        """What is refused inside becomes this form's errors; `names` says which of our fields a service's field is."""
        try:
            yield
        except ShowAgain:
            pass
        except PeerRefused as refused:
            if refused.status not in KEPT_ERRORS:
                raise
            self._note(refused, names)
        except Unavailable:
            self.refuse(_("A part of the system is away for the moment. Nothing was changed; try again."))
            self.status = 503
        if self.status != 200:
            self.key = new_id()

    def _note(self, refused: PeerRefused, names: Mapping[str, str]) -> None:
        """A service's problem, at the field it names."""
        problem = refused.problem
        for error in problem.get("errors") or [problem]:
            sentence = refusal(str(error.get("detail") or error.get("problem") or problem.get("detail", "")))
            if problem.get("code") == "key-used":
                sentence = _("You sent this form before, with something else in it. Check it, and send it again.")
            self.refuse(sentence, self._ours(str(error.get("field") or ""), names))
        self.status = refused.status

    def _ours(self, named: str, names: Mapping[str, str]) -> str:
        """Our field for a service's: `contact.address.line1` is our `line1`; none for what is not on the page."""
        if named in names:
            return names[named]
        candidates = (named, named.replace(".", "_"), named.rpartition(".")[2])
        return next((name for name in candidates if self._has_field(name)), "")

    def _has_field(self, name: str) -> bool:
        """Whether such a field is on the page; a date's three fields are one."""
        return name in self.values or name in self.files or f"{name}_day" in self.values
