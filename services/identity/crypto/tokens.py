"""Signing keys, signed tokens, and the public keys by which every service verifies them offline (JWKS).

ES256 (RFC 7518) with a key id. Private keys rest sealed in identity's database, so that every copy of the service
signs with the same ones, and an old key goes on verifying until the last token it signed has expired.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from services.identity.crypto.sealing import Vault

ALGORITHM = "ES256"


@dataclass(frozen=True)
class SealedKey:
    """A private key as it rests in the database."""

    key_id: str
    sealed: bytes
    made_at: datetime


def new_signing_key(vault: Vault, *, at: datetime) -> SealedKey:
    """A fresh key pair on P-256, sealed; its id is its thumbprint (RFC 7638)."""
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, private=True)
    key_id = key.thumbprint()
    private = json.dumps({**key.as_dict(private=True), "kid": key_id}).encode()
    return SealedKey(key_id, vault.seal(private, about=f"signing-key/{key_id}"), at)


class Signer:
    """Signs with one key; publishes the public halves of all of them."""

    def __init__(self, vault: Vault, keys: Sequence[SealedKey], *, signing: str = "") -> None:
        if not keys:
            raise ValueError("there is no signing key")
        self._keys = {key.key_id: _opened(vault, key) for key in keys}
        self._signing = self._keys[signing or max(keys, key=lambda key: key.made_at).key_id]

    def sign(self, claims: Mapping[str, Any], *, token_type: str = "at+jwt") -> str:
        """The claims as a signed token (compact JWS). The type keeps one kind of token from passing for another."""
        header = {"alg": ALGORITHM, "kid": self._signing.kid, "typ": token_type}
        return jwt.encode(header, dict(claims), self._signing, algorithms=[ALGORITHM])

    def public_keys(self) -> dict[str, Any]:
        """The JWK set (RFC 7517): public halves only."""
        return {"keys": [key.as_dict(private=False) for key in self._keys.values()]}


def _opened(vault: Vault, key: SealedKey) -> ECKey:
    private = vault.open(key.sealed, about=f"signing-key/{key.key_id}")
    return ECKey.import_key(json.loads(private))
