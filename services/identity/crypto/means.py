"""The secrets of one process: the vault, the password pool, the signing keys. Made once, on first use."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from weakref import WeakKeyDictionary

from services.identity.crypto.passwords import PasswordVault
from services.identity.crypto.sealing import Vault, new_root_key, read_root_keys
from services.identity.crypto.tokens import SealedKey, Signer
from shared.runtime import Runtime
from shared.settings import Settings

VARIABLE = "ELMS_IDENTITY_KEY"
RELOAD = timedelta(seconds=60)
SETTLING = timedelta(minutes=3)
"""A key signs only when every copy of the service has had the time to publish it."""


@dataclass
class Secrets:
    """What identity keeps secret, as one process holds it."""

    vault: Vault
    passwords: PasswordVault = field(default_factory=PasswordVault)
    _signer: Signer | None = None
    _loaded_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    def signer(self, at: datetime) -> Signer | None:
        """The signer, unless it is time to read the keys again."""
        return self._signer if at - self._loaded_at < RELOAD else None

    def load_signer(self, keys: list[SealedKey], at: datetime) -> Signer:
        """A signer with these keys: the newest that has settled signs, all are published."""
        settled = [key for key in keys if at - key.made_at >= SETTLING] or keys[:1]
        self._signer = Signer(self.vault, keys, signing=settled[-1].key_id)
        self._loaded_at = at
        return self._signer


_held: WeakKeyDictionary[Runtime, Secrets] = WeakKeyDictionary()


def secrets_of(runtime: Runtime) -> Secrets:
    """The secrets of this process."""
    if runtime not in _held:
        _held[runtime] = Secrets(Vault(read_root_keys(root_key(runtime.settings))))
    return _held[runtime]


def root_key(settings: Settings) -> str:
    """The root key: the environment's, or one made once in the keys folder (mode 0600)."""
    if given := os.environ.get(VARIABLE):
        return given
    file: Path = settings.keys / "identity.root"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(file, new_root_key())
    return file.read_text().strip()


def _write_once(file: Path, key: str) -> None:
    """Two processes that start at once end with one key: whoever links first wins."""
    staged = file.with_suffix(f".{os.getpid()}.new")
    staged.touch(mode=0o600)
    staged.write_text(key)
    try:
        os.link(staged, file)
    except FileExistsError:
        pass
    finally:
        staged.unlink()
