"""Sealing of Social Security numbers and birth dates, and the keyed hashes by which they are matched.

AES-256-GCM with a fresh 96-bit nonce; what a value is about (person and field) is authenticated with it, so a
sealed value copied to another row does not open. Keys are derived from one root (HKDF-SHA-256), which comes
from the environment or a KMS.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ROOT_BYTES = 32
_NONCE_BYTES = 12
_KEY_ID_BYTES = 4


class SealBroken(Exception):
    """A sealed value was altered, moved to another row, or sealed under a key that is not at hand."""


class RootKeyMalformed(ValueError):
    """The root key is not base64 of 32 bytes."""


def new_root_key() -> str:
    """A fresh root key, as it stands in the environment: base64 of 32 random bytes."""
    return base64.b64encode(os.urandom(ROOT_BYTES)).decode()


def read_root_keys(text: str) -> list[bytes]:
    """The root keys in a comma-separated list, the one to seal with first; else RootKeyMalformed."""
    try:
        roots = [base64.b64decode(part.strip(), validate=True) for part in text.split(",")]
    except binascii.Error as error:
        raise RootKeyMalformed("ELMS_IDENTITY_KEY is not base64") from error
    if any(len(root) != ROOT_BYTES for root in roots):
        raise RootKeyMalformed(f"ELMS_IDENTITY_KEY must be {ROOT_BYTES} bytes in base64")
    return roots


class Vault:
    """Seals and opens small secrets, and makes marks of them.

    The first root seals; any of them opens, so that roots can be rotated. Marks are made with the last root,
    the oldest, because a mark cannot be made again without opening every value.
    """

    def __init__(self, roots: Sequence[bytes]) -> None:
        if not roots:
            raise RootKeyMalformed("there is no root key")
        self._ciphers = {_key_id(root): AESGCM(_derive(root, b"elms identity seal v1")) for root in roots}
        self._sealing = _key_id(roots[0])
        self._marking = _derive(roots[-1], b"elms identity mark v1")

    def seal(self, secret: bytes, *, about: str) -> bytes:
        """The secret, sealed for one place: `about` names the row and the field, and is needed to open it."""
        nonce = os.urandom(_NONCE_BYTES)
        return self._sealing + nonce + self._ciphers[self._sealing].encrypt(nonce, secret, about.encode())

    def open(self, sealed: bytes, *, about: str) -> bytes:
        """The secret again, or SealBroken."""
        key_id, rest = sealed[:_KEY_ID_BYTES], sealed[_KEY_ID_BYTES:]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(f"sealed under a key that is not at hand ({about})")
        try:
            return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise SealBroken(f"altered, or sealed for another place than {about}") from error

    def mark(self, kind: str, value: str) -> str:
        """The keyed hash by which equal values are found without opening any; equal only within one kind.

        Without the key nobody can try all SSNs against it. Empty values have the empty mark: nothing equals
        nothing.
        """
        if not value:
            return ""
        return hmac.digest(self._marking, f"{kind}\x00{value}".encode(), "sha256").hex()


def _derive(root: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(root)


def _key_id(root: bytes) -> bytes:
    return _derive(root, b"elms identity key id v1")[:_KEY_ID_BYTES]
