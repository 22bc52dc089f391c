"""A letter's text: a template, the state's words, and what happened. All that it was made from is kept.

A template has four parts (subject, what happened, what it means, what to do) within its language's layout. Its
version is a hash of all its languages' words, and they are stored: a letter reads for ever as it was sent.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from babel.dates import format_date, format_time
from jinja2 import DictLoader, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from shared.policies import Policy

LANGUAGES = ("en", "es")
DEFAULT_LANGUAGE = "en"


UNKNOWN = dict.fromkeys(("reference", "district", "district_place", "district_hours", "ends_on", "last_safe"), "")
"""What earlier letters and other services may have said by now, or not: templates ask for it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that letters are made from, under the version that letters keep."""

    version: str
    words: Mapping[str, Any]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "Wording":
        """The words, with a hash of them as their version."""
        return cls(hashlib.sha256(orjson.dumps(words, option=orjson.OPT_SORT_KEYS)).hexdigest()[:20], words)


@dataclass(frozen=True, slots=True)
class Text:
    """A letter as it is read."""

    subject: str
    body: str
    language: str


def letterhead(policy: Policy) -> Wording:
    """The state's own words, which stand in each of its letters."""
    agency, contact = policy.agency, policy.agency.contacts[0]
    return Wording.of(
        {
            "agency": agency.name,
            "office": agency.office,
            "system": agency.system,
            "from": agency.letters_from,
            "title": agency.letters_from_title,
            "contact": contact.model_dump(mode="json"),
            "paper": policy.paper.mailed,
            "zone": policy.office.time_zone,
            "zone_label": policy.office.time_zone_label,
        }
    )


def spoken(language: str | None) -> str:
    """The language in which letters are written to who wants this one."""
    return language if language in LANGUAGES else DEFAULT_LANGUAGE


def written(template: Mapping[str, Any], head: Mapping[str, Any], letter: Mapping[str, Any]) -> Text:
    """The text of a letter (name, language, sent_at and data) from the words that it keeps."""
    zone, language = ZoneInfo(head["zone"]), letter["language"]
    words = template if "layout" in template else template[language]  # the first letters kept one language's words
    found = _template(words["layout"], words["letter"])
    context = {
        **UNKNOWN,
        **head,
        **letter["data"],
        "name": letter["name"],
        "day": lambda value: _day(value, language, zone),
        "moment": lambda value: _moment(value, language, zone, head["zone_label"]),
        "sent_on": letter["sent_at"].isoformat(),
    }
    subject = "".join(found.blocks["subject"](found.new_context(context)))
    return Text(" ".join(subject.split()), found.render(context).strip() + "\n", language)


@cache
def _template(layout: str, letter: str) -> Template:
    loader = DictLoader({"layout": layout, "letter": letter})
    environment = SandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    return environment.get_template("letter")


def _day(value: str, language: str, zone: ZoneInfo) -> str:
    """“June 30, 2026”, “30 de junio de 2026”: of a date, or of an instant in the state's zone."""
    on = datetime.fromisoformat(value).astimezone(zone).date() if "T" in value else date.fromisoformat(value)
    return format_date(on, "long", locale=language)


def _moment(value: str, language: str, zone: ZoneInfo, label: str) -> str:
    """“June 30, 2026, 2:14 p.m. CT”."""
    at = datetime.fromisoformat(value).astimezone(zone)
    hour = format_time(at, "h:mm", locale="en")
    half = "a.m." if at.hour < 12 else "p.m."
    return f"{_day(value, language, zone)}, {hour} {half} {label}"
