"""What only an operator may read: sealed with AES-256-GCM under the installation's key."""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Seal:
    """Seals and opens bytes. Without a key (tests, benchmarks) one is made that dies with the process."""

    def __init__(self, key: str = "") -> None:
        self._cipher = AESGCM(base64.b64decode(key) if key else AESGCM.generate_key(256))

    def close(self, plain: bytes) -> bytes:
        """The bytes, sealed: a nonce of 12 bytes, then the ciphertext."""
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, plain, None)

    def open(self, sealed: bytes) -> bytes:
        """The bytes that were sealed. Raises `cryptography.exceptions.InvalidTag` when they were changed."""
        return self._cipher.decrypt(sealed[:12], sealed[12:], None)
