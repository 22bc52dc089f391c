"""Language: texts from the catalogue, dates, times and amounts in the state's formats.

The language of a request is in a context variable, so that templates, views and tables of words need not hand it on.
"""

from contextvars import ContextVar
from typing import Any

from services.portal.words.catalogue import LANGUAGES, Catalogue, catalogue

__all__ = ["LANGUAGES", "LANGUAGE_NAMES", "_", "language", "n_", "noted", "refusal", "speak"]

_spoken: ContextVar[Catalogue] = ContextVar("_spoken")


def speak(code: str) -> None:
    """The rest of this request speaks that language."""
    _spoken.set(catalogue(code))


def language() -> str:
    """The code of the language of this request."""
    return _current().code


def _(message: str, **values: Any) -> str:
    """The message in the language of this request, with its values in place of `%(name)s`."""
    found = _current().texts.gettext(message)
    return found % values if values else found


def n_(one: str, many: str, n: int, **values: Any) -> str:
    """The message for that number of things; `%(num)s` is the number."""
    return _current().texts.ngettext(one, many, n) % ({"num": f"{n:,}"} | values)


def noted(message: str) -> str:
    """Marks a message of a table for the catalogue; it is put into the language when it is shown, by `_`."""
    return message


LANGUAGE_NAMES = {"en": noted("English"), "es": noted("Spanish")}
"""What a language is called in the reader's."""


def refusal(sentence: str) -> str:
    """A service's English sentence, in the language of this request."""
    return _current().refusal(sentence)


def _current() -> Catalogue:
    return _spoken.get(catalogue("en"))
