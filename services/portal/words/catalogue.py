"""The catalogues: one `.po` file a language beside English, read when the process starts; nothing to compile."""

import gettext
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = {"en": "English", "es": "Español"}
REFUSAL = "refusal"
"""The context of messages that other services say: whole sentences with `{value}` where they put a value."""

_FOLDER = Path(__file__).parent.parent / "translations"
_HOLE = re.compile(r"\\\{(\w+)\\\}")
_NAMES = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_ENGLISH_DATE = re.compile(rf"(?:({'|'.join(_DAYS)}), )?({'|'.join(_NAMES)}) (\d{{1,2}})(?:, (\d{{4}}))?")


@dataclass(frozen=True)
class Catalogue:
    """One language's texts."""

    code: str
    texts: gettext.NullTranslations
    refusals: tuple[tuple[re.Pattern[str], str], ...] = ()

    def refusal(self, sentence: str) -> str:
        """A service's sentence in this language; as it is where the catalogue does not know it."""
        for pattern, said in self.refusals:
            if found := pattern.fullmatch(sentence):
                values = {name: self._value(value) for name, value in found.groupdict().items()}
                return said.format_map(values)
        return sentence

    def _value(self, value: str) -> str:
        """What stands in a sentence: another sentence, or a text with its dates."""
        said = self.refusal(value)
        return said if said != value else _dated_in(value, self.code)


@cache
def catalogue(code: str) -> Catalogue:
    """The catalogue of a language; English is the texts themselves."""
    file = _FOLDER / f"{code}.po"
    if not file.exists():
        return Catalogue("en", gettext.NullTranslations())
    with file.open("rb") as opened:
        read = read_po(opened, locale=code)
    return Catalogue(code, _compiled(read), _refusals(read))


def _compiled(read: Catalog) -> gettext.GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _refusals(read: Catalog) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each refusal as a pattern of its sentence; those with the most fixed text first."""
    found = [m for m in read if m.context == REFUSAL and m.string]
    found.sort(key=lambda m: len(re.sub(r"\{\w+\}", "", str(m.id))), reverse=True)
    return tuple((_pattern(str(m.id)), str(m.string)) for m in found)


def _pattern(message: str) -> re.Pattern[str]:
    return re.compile(_HOLE.sub(r"(?P<\1>.+?)", re.escape(message)), re.DOTALL)


def _dated_in(value: str, code: str) -> str:
    """A value with its English dates in another language."""
    months, days = (Locale(code).months["format"]["wide"], Locale(code).days["format"]["wide"])

    def spoken(found: re.Match[str]) -> str:
        weekday, month, day, year = found.groups()
        before = f"{days[_DAYS.index(weekday)]} " if weekday else ""
        return f"{before}{day} de {months[_NAMES.index(month) + 1]}" + (f" de {year}" if year else "")

    return _ENGLISH_DATE.sub(spoken, value)
