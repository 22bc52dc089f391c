"""Secrets of the local stack: made at random when first asked for, kept in a file that only its owner can read."""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def url_safe_password() -> str:
    """192 random bits; stands in an address as it is."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Secrets:
    """Named secrets in one file."""

    path: Path

    def get(self, name: str, make: Callable[[], str] = url_safe_password) -> str:
        """The secret of that name."""
        known: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}
        if name not in known:
            known[name] = make()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            staged = self.path.with_suffix(".new")
            write_private(staged, json.dumps(known, indent=1))
            staged.replace(self.path)
        return known[name]


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
