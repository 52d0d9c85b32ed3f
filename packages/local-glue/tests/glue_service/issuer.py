"""An issuer of tokens: its RSA key, what it publishes of that, and tokens (JWT) that it signs with RS256."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Any

E = 65537
OF_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


def encoded(value: bytes | dict[str, Any]) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def prime(bits: int) -> int:
    """A random prime by Fermat's test, which is enough for a key of a test."""
    while True:
        found = secrets.randbits(bits) | 1 | 3 << (bits - 2)
        if found % E != 1 and all(pow(base, found - 1, found) == 1 for base in (2, 3, 5, 7)):
            return found


class Issuer:
    """One key of 1,024 bits."""

    def __init__(self, kid: str = "of-a-test") -> None:
        p, q = prime(512), prime(512)
        self.kid, self.modulus = kid, p * q
        self._secret = pow(E, -1, (p - 1) * (q - 1))

    @property
    def key(self) -> dict[str, str]:
        """What everybody may know: a JSON Web Key."""
        numbers = {"n": encoded(self.modulus.to_bytes(128, "big")), "e": encoded(E.to_bytes(3, "big"))}
        return {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, **numbers}

    def token(self, **claims: Any) -> str:
        """These claims, signed."""
        signed = f"{encoded({'alg': 'RS256', 'kid': self.kid})}.{encoded(claims)}"
        value = pow(int.from_bytes(padded(signed), "big"), self._secret, self.modulus)
        return f"{signed}.{encoded(value.to_bytes(128, 'big'))}"


def padded(signed: str) -> bytes:
    """What a key of 1,024 bits signs."""
    hashed = OF_SHA256 + hashlib.sha256(signed.encode()).digest()
    return b"\x00\x01" + b"\xff" * (128 - len(hashed) - 3) + b"\x00" + hashed
