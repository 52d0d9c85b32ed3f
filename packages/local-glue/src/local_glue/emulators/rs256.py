"""Whether a token (JWT) was signed with an issuer's RSA key: RS256, which HTTP APIs' authorizers take.

RFC 7518, section 3.3: RSASSA-PKCS1-v1_5 with SHA-256, verified as RFC 8017, section 8.2.2 says. It needs no
secret. Standard library only, as it runs in MiniStack's environment: a package for it there could be imported
by Lambda functions, which would then fail on AWS.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

# RFC 8017, section 9.2, note 1: what says, before the hash, that it is one of SHA-256.
_OF_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
_LEAST_BITS = 1024


def is_signed(token: str, key: Mapping[str, Any]) -> bool:
    """Return whether the token's signature is of this public key, a JSON Web Key (RFC 7517)."""
    signed, _, signature = token.rpartition(".")
    try:
        modulus, exponent = _number(key["n"]), _number(key["e"])
        given = _bytes(signature)
    except (KeyError, TypeError, ValueError):
        return False
    if key.get("kty") != "RSA" or modulus.bit_length() < _LEAST_BITS or exponent < 2:
        return False

    length = (modulus.bit_length() + 7) // 8
    value = int.from_bytes(given, "big")
    if len(given) != length or value >= modulus:
        return False

    hashed = _OF_SHA256 + hashlib.sha256(signed.encode()).digest()
    wanted = b"\x00\x01" + b"\xff" * (length - len(hashed) - 3) + b"\x00" + hashed
    return hmac.compare_digest(pow(value, exponent, modulus).to_bytes(length, "big"), wanted)


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(text) from error
