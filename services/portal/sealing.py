"""What the portal lets the browser keep for it: sealed, so that it can be neither read nor changed, and dated.

The keys are made from the portal's own private key, which every copy of the portal has: no session store is needed,
and any copy can serve any page.
"""

import base64
import hmac
import secrets
import time
from hashlib import sha256
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.settings import Settings
from shared.tokens import ServiceKey


class Sealer:
    """Seals values for the browser, and marks forms."""

    def __init__(self, secret: bytes) -> None:
        self._box = AESGCM(_derive(secret, b"sealed values"))
        self._marks = _derive(secret, b"form marks")

    @classmethod
    def of(cls, settings: Settings) -> "Sealer":
        """The sealer that all copies of this portal have alike."""
        key = ServiceKey.of("portal", settings.keys).key
        return cls(str(key.as_dict(private=True)["d"]).encode())

    def seal(self, value: Any, purpose: str) -> str:
        """The value, unreadable, for that purpose only."""
        nonce = secrets.token_bytes(12)
        plain = orjson.dumps([int(time.time()), value])
        return _text(nonce + self._box.encrypt(nonce, plain, purpose.encode()))

    def open(self, sealed: str, purpose: str, seconds: int) -> Any:
        """What was sealed for that purpose, at most so many seconds ago; None for anything else."""
        try:
            raw = _bytes(sealed)
            at, value = orjson.loads(self._box.decrypt(raw[:12], raw[12:], purpose.encode()))
        except (ValueError, InvalidTag):
            return None
        return value if time.time() - at <= seconds else None

    def mark(self, visit: str) -> str:
        """A proof that a form was made for this visit; another one each time, so that compression reveals nothing."""
        salt = secrets.token_bytes(8)
        return _text(salt + self._proof(visit, salt))

    def is_marked(self, visit: str, mark: str) -> bool:
        """Whether the form was made for this visit."""
        try:
            raw = _bytes(mark)
        except ValueError:
            return False
        return hmac.compare_digest(raw[8:], self._proof(visit, raw[:8]))

    def _proof(self, visit: str, salt: bytes) -> bytes:
        return hmac.new(self._marks, salt + visit.encode(), sha256).digest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"elms portal " + purpose).derive(secret)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
