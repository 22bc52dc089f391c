"""Single-use PINs and one-time passwords: what is mailed, and what is kept of it.

Only a keyed hash is kept. A PIN has eight digits: with five tries and twenty minutes, guessing succeeds once
in 20 million.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.identity.crypto.sealing import Vault

PIN_TRIES = 5
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is mistaken for another when copied from paper


@dataclass(frozen=True)
class IssuedPin:
    """A PIN as it is mailed (`pin`) and as it is kept (`mark`)."""

    pin: str
    mark: str
    expires_at: datetime


@dataclass(frozen=True)
class KeptPin:
    """What is on file about a PIN that was mailed."""

    mark: str
    expires_at: datetime
    tries: int = 0
    used: bool = False


def issue_pin(vault: Vault, *, account_id: UUID, at: datetime, lifetime: timedelta) -> IssuedPin:
    """A fresh PIN of eight digits for one account, in real time."""
    pin = f"{secrets.randbelow(10**8):08d}"
    return IssuedPin(pin, mark_of_pin(vault, account_id, pin), at + lifetime)


def mark_of_pin(vault: Vault, account_id: UUID, pin: str) -> str:
    """What is kept of a PIN; the same digits for another account have another mark."""
    digits = "".join(character for character in pin if character.isdigit())
    return vault.mark("pin", f"{account_id}:{digits}")


def opens(kept: KeptPin | None, given_mark: str, *, at: datetime) -> bool:
    """Whether the PIN given is the one kept, unused, in time, with tries left; compares in constant time."""
    expected = kept.mark if kept else "0" * 64
    fits = hmac.compare_digest(expected, given_mark)
    return kept is not None and fits and not kept.used and kept.tries < PIN_TRIES and at < kept.expires_at


def one_time_password() -> str:
    """A readable one-time password of 60 bits ("k7mw-9qzp-3fxa").

    The account must replace it at first use.
    """
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3))
    return "-".join(groups)
