"""Both languages: every text has its Spanish, with the same values in it; dates and amounts in the state's formats."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import services
from services.exchange.commands.loads import FIX
from services.exchange.domain.files import _FIXES, NUL, SAID_TWICE
from services.exchange.domain.problems import _WORDS
from services.identity.queries.cases import DIFFERS
from services.portal.words import _, speak
from services.portal.words.catalogue import catalogue
from services.portal.words.formats import amount_text, day_text, time_text
from services.renewals.domain.timeline import SENTENCES
from shared.errors import ElmsError
from shared.policies import load

PORTAL = Path(__file__).parent.parent.parent / "services" / "portal"
KEYWORDS = {"_": None, "noted": None, "n_": (1, 2)}
VALUES = re.compile(r"%\((\w+)\)s")


def messages() -> set[str]:
    """Every message of the views and templates, by its singular."""
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found = extract_from_dir(str(PORTAL), methods, keywords=KEYWORDS)
    return {m[2] if isinstance(m[2], str) else m[2][0] for m in found} - {"unit", "act"}  # names of values, not texts


async def test_every_text_has_its_spanish() -> None:
    with (PORTAL / "translations" / "es.po").open("rb") as file:
        catalogue = read_po(file)
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.string and not m.context}
    assert sorted(messages() - known) == []


def test_every_translation_has_the_same_values() -> None:
    with (PORTAL / "translations" / "es.po").open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else message.id
        said = [message.string] if isinstance(message.string, str) else message.string or ()
        for one, other in zip(ids, said, strict=False):
            pattern = re.compile(r"\{(\w+)\}") if message.context else VALUES
            assert set(pattern.findall(other)) <= set(pattern.findall(one)), one


@pytest.mark.parametrize("state", ["mississippi", "massachusetts"])
def test_the_policy_is_said_in_spanish_too(state: str) -> None:
    with (PORTAL / "translations" / "es.po").open("rb") as file:
        known = {m.id for m in read_po(file) if isinstance(m.id, str) and not m.context}
    policy, entered = load(state), load(state).development
    tables: tuple[tuple[Any, ...], ...] = (policy.license_types, policy.license_classes, policy.endorsements)
    tables += (policy.applications, entered.units, entered.options, entered.credit_types, entered.groups)
    names = {row.name for table in tables for row in table}
    originals = [kind.original for kind in entered.credit_types if kind.original]
    names |= {what for original in originals for what in (original.name, *original.shows)}
    assert sorted(names - known) == []


def test_what_differs_in_a_profile_is_said_in_spanish_too() -> None:
    spanish = catalogue("es")
    assert [words for words in DIFFERS.values() if spanish.refusal(words) == words] == []


def test_every_entry_of_a_history_is_said_in_spanish_too() -> None:
    spanish = catalogue("es")
    sentences = [text.format(detail="Mathematics") for text in SENTENCES.values()]
    assert [sentence for sentence in sentences if spanish.refusal(sentence) == sentence] == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("Prints Tuesday, March 10", "Se imprime el martes 10 de marzo"),
        (
            "R. Lee approved this at 2:10 p.m. Yours was not recorded.",
            "R. Lee aprobó esta solicitud a las 2:10 p.m. Su decisión no se registró.",
        ),
        (
            "R. Lee denied this on May 4, 2026 at 2:10 p.m. Yours was not recorded.",
            "R. Lee denegó esta solicitud el 4 de mayo de 2026 a las 2:10 p.m. Su decisión no se registró.",
        ),
        ("Renewed to June 30, 2031", "Renovada hasta el 30 de junio de 2031"),
        ("Printing held: No mailing address is known.", "Impresión retenida: No se conoce una dirección postal."),
    ],
)
def test_dates_and_sentences_inside_a_sentence_are_said_in_spanish(english: str, spanish: str) -> None:
    assert catalogue("es").refusal(english) == spanish


@pytest.mark.parametrize(
    ("language", "day", "time"),
    [("en", "June 30, 2026", "2:14 p.m. CT"), ("es", "30 de junio de 2026", "2:14 p. m. CT")],
)
async def test_dates_and_times_are_the_states_in_both_languages(language: str, day: str, time: str) -> None:
    speak(language)
    assert day_text(date(2026, 6, 30)) == day
    assert time_text(datetime(2026, 6, 30, 19, 14, tzinfo=UTC), load("mississippi")) == time
    speak("en")


@pytest.mark.parametrize(("value", "text"), [("4.50", "4.5"), (10, "10"), ("10.00", "10"), (1204, "1,204"), (0, "0")])
def test_amounts_have_no_needless_zeros(value: str | int, text: str) -> None:
    assert amount_text(value) == text


ONLY_VALUES = {"ScanRefused", "OptionNotForThisLicense", "FileInvalid", "MessageInvalid", "BadRange", "ReportRefused",
               "NotFiled", "Invalid", "NoSuchPlace"}  # fmt: skip
"""Refusals whose words are another's: a scanner's, a proof's, a rule's."""
IN_OTHER_WORDS = {"AlreadyDecided", "KeyUsed"}
"""Refusals that the pages put differently; tests of their own hold them."""


def refusals() -> Iterator[tuple[str, str]]:
    """(name, an example of its sentence) of each refusal that a service has words for."""
    for found in pkgutil.walk_packages(services.__path__, "services."):
        if not found.name.endswith("env"):
            importlib.import_module(found.name)
    kinds = list(ElmsError.__subclasses__())
    for kind in kinds:
        kinds += kind.__subclasses__()
        text = kind.__dict__.get("text")
        if text and kind.__module__.startswith(("services.", "shared.")):
            parts = [(name, form) for _text, name, form, _how in Formatter().parse(text) if name]
            yield kind.__name__, text.format_map({n: date(2026, 6, 30) if "%" in (f or "") else "X1" for n, f in parts})


def test_every_refusal_of_the_services_is_said_in_spanish() -> None:
    spanish = catalogue("es")
    known = {name: sentence for name, sentence in refusals() if name not in ONLY_VALUES | IN_OTHER_WORDS}
    assert len(known) > 150
    assert [name for name, sentence in known.items() if spanish.refusal(sentence) == sentence] == []


async def test_what_the_state_says_of_itself_is_said_in_spanish() -> None:
    speak("es")
    for state in ("mississippi", "massachusetts"):
        agency = load(state).agency
        said = [agency.banner, *(contact.hours for contact in agency.contacts)]
        assert [words for words in said if words and _(words) == words] == []
    speak("en")


def test_what_is_wrong_with_a_row_of_a_load_is_said_in_spanish_too() -> None:
    spanish = catalogue("es")
    words = {text for pair in (*_WORDS.values(), *_FIXES.items()) for text in pair} - set(_FIXES)
    words |= {SAID_TWICE.problem, SAID_TWICE.fix, NUL.problem, NUL.fix, FIX, "“many” is not a number"}
    known = [re.sub(r"\{\w+\}", "7", text) for text in words if text != "{error}"]
    assert [text for text in known if spanish.refusal(text) == text] == []
