"""Tokens for MWAA's web server: good for a minute, for one purpose. Standard library only.

They are signed, and not kept anywhere: the web server may be several processes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

SECONDS = 60
CLI, WEB = "cli", "web"


def create_token(secret: str, purpose: str) -> str:
    """Return a new token."""
    claims = json.dumps({"purpose": purpose, "until": time.time() + SECONDS}).encode()
    text = base64.urlsafe_b64encode(claims).decode()
    return f"{text}.{_signature(secret, text)}"


def is_valid(secret: str, purpose: str, token: str) -> bool:
    """Return whether a token was made here, for this purpose, less than a minute ago."""
    text, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, text).encode()):
        return False
    claims = json.loads(base64.urlsafe_b64decode(text))
    return bool(claims["purpose"] == purpose and time.time() < claims["until"])


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
