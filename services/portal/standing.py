"""How the renewal of a license stands, put for a card: what is filed, the nearest way, and whether it can be filed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.policies import Policy
from shared.policies.calendar import local_date

UNDECIDED = ("received", "waiting")
"""States of an application that holds its license's place."""
WELL = ("period-already-renewed", "period-not-begun", "requirement-not-met")
"""Obstacles that nobody needs to mend."""


def with_filing(
    development: dict[str, Any], applications: Iterable[Mapping[str, Any]], policy: Policy
) -> dict[str, Any]:
    """The development with what renewals has received and credentials has not heard of yet: whoever files and goes
    back sees that it is filed."""
    theirs = (each for each in applications if each["license_id"] == development["license"]["license_id"])
    filed = next((each for each in theirs if each["state"] in UNDECIDED), None)
    if development["open_filing"] or filed is None:
        return development
    filed_on = local_date(datetime.fromisoformat(filed["filed_at"]), policy)
    filing = {"application_id": filed["application_id"], "option": filed["option"], "filed_on": filed_on}
    return development | {"can_file": False, "open_filing": filing}


def closest(options: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The option that can be filed, or else the one of which the greatest part is there."""
    usable = [option for option in options if option["can_file"] or _is_open(option)]
    return max(usable, key=lambda option: (option["can_file"], _part(option)), default=None)


def severity(obstacle: Mapping[str, Any] | None) -> str:
    """How loudly a page says why nothing can be filed: what is well, or only not complete yet, is no warning."""
    return "info" if obstacle is None or obstacle["code"] in WELL else "warning"


def _is_open(option: Mapping[str, Any]) -> bool:
    obstacle = option.get("obstacle")
    return obstacle is None or obstacle["code"] == "requirement-not-met"


def _part(option: Mapping[str, Any]) -> float:
    """How much of its needs is there, the least advanced need deciding; from 0 to 1."""
    parts = [min(float(line["have"]) / float(line["needed"]), 1.0) for line in option["lines"]]
    return sum(parts) / len(parts) if parts else 0.0
