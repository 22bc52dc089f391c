"""The states' rules as data: one TOML file a state, and its typed reader.

    policy = load("mississippi")
    policy.options_for("standard", "A")

No code knows a state: a third one is a third file. Every decision stores `policy.version`. What the tables mean
stands in the models: `working` (office, calendar, words), `accounts`, `licensing`, `development`, `clocks`; the
arithmetic of business days and deadlines is in `calendar`.
"""

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from shared.policies.clocks import OPEN, Clock, Span
from shared.policies.development import CreditType, Need, RenewalOption, Source, Unit
from shared.policies.licensing import ApplicationKind, Endorsement, LicenseType, Reinstatement
from shared.policies.policy import Policy

__all__ = [
    "OPEN",
    "ApplicationKind",
    "Clock",
    "CreditType",
    "Endorsement",
    "LicenseType",
    "Need",
    "Policy",
    "PolicyFileWrong",
    "Reinstatement",
    "RenewalOption",
    "Source",
    "Span",
    "Unit",
    "jurisdictions",
    "load",
    "load_file",
]

_FOLDER = Path(__file__).parent


class PolicyFileWrong(ValueError):
    """A policy file that cannot be used: which file, which key, and what is wrong with it."""

    def __init__(self, file: Path, key: str, problem: str) -> None:
        super().__init__(f"{file.name}: {key}: {problem}" if key else f"{file.name}: {problem}")
        self.file, self.key, self.problem = file, key, problem


def jurisdictions() -> tuple[str, ...]:
    """The states that have a file here."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


@cache
def load(jurisdiction: str) -> Policy:
    """The rules of a state, read once. Raises `PolicyFileWrong`, which names the key."""
    if jurisdiction not in jurisdictions():
        known = ", ".join(jurisdictions())
        raise PolicyFileWrong(_FOLDER / f"{jurisdiction}.toml", "", f"there is no such file; there are: {known}")
    policy = load_file(_FOLDER / f"{jurisdiction}.toml")
    if policy.jurisdiction != jurisdiction:
        raise PolicyFileWrong(_FOLDER / f"{jurisdiction}.toml", "jurisdiction", f"is {policy.jurisdiction!r}")
    return policy


def load_file(file: Path) -> Policy:
    """The rules in any file, such as a proposed version. Raises `PolicyFileWrong`, which names the key."""
    try:
        tables = tomllib.loads(file.read_text(), parse_float=Decimal)
    except FileNotFoundError as missing:
        raise PolicyFileWrong(file, "", "there is no such file") from missing
    except tomllib.TOMLDecodeError as broken:
        raise PolicyFileWrong(file, "", str(broken)) from broken
    try:
        return Policy.model_validate(tables)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise PolicyFileWrong(
            file, ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
        ) from wrong
