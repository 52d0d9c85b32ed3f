"""AWS's signatures of version 4, in the header Authorization or in a query, checked by a secret.

For an emulator that looks at no signature itself. Standard library only, as it runs in its environment.
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, unquote

ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIELD = re.compile(r"(Credential|SignedHeaders|Signature)=([^,\s]+)")
_CLOCK_SECONDS = 15 * 60  # how far the clocks of both sides may differ
_LONGEST_SECONDS = 7 * 24 * 3600  # that a signed address may hold


@dataclass(frozen=True)
class SignedRequest:
    """A request as it was sent: names of headers in lower case, path and query still encoded."""

    method: str
    raw_path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Signature:
    """What a request says of its signature."""

    request: SignedRequest
    access_key: str
    scope: tuple[str, str, str]  # day, region, service
    timestamp: str
    signed_headers: tuple[str, ...]
    digest: str
    token: str
    expires: int | None  # seconds; None for a header's

    def is_current(self, now: datetime) -> bool:
        """Return whether it was made a short while ago, or for as long as it says."""
        try:
            made = datetime.strptime(self.timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            return False
        age = (now - made).total_seconds()
        oldest = _CLOCK_SECONDS if self.expires is None else self.expires
        return -_CLOCK_SECONDS <= age <= oldest and self.timestamp.startswith(self.scope[0])

    def is_signed_with(self, secret: str) -> bool:
        """Return whether the signature is the one that this secret makes of this request.

        S3's bodies are held to no hash here, for they may be large: the hash itself is signed.
        """
        payload = self._payload_hash()
        if payload is None or "host" not in self.signed_headers:
            return False

        request, service = self.request, self.scope[2]
        headers = "".join(f"{n}:{_trimmed(request.headers.get(n, ''))}\n" for n in self.signed_headers)
        path, query = _canonical_path(request.raw_path, service), _canonical_query(request.query)
        parts = (request.method, path, query, headers, ";".join(self.signed_headers), payload)
        hashed = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        scope = (*self.scope, "aws4_request")
        text = "\n".join((ALGORITHM, self.timestamp, "/".join(scope), hashed))

        key = f"AWS4{secret}".encode()
        for part in scope:
            key = hmac.digest(key, part.encode(), "sha256")
        expected = hmac.digest(key, text.encode(), "sha256").hex()
        return hmac.compare_digest(expected, self.digest)

    def _payload_hash(self) -> str | None:
        """Return the hash that was signed, None where the body is another."""
        said = self.request.headers.get("x-amz-content-sha256", "")
        if self.scope[2] == "s3":
            return _UNSIGNED if self.expires is not None else said or None
        if said == _UNSIGNED:
            return said
        found = hashlib.sha256(self.request.body).hexdigest()
        return found if said in ("", found) else None


def read_signature(request: SignedRequest) -> Signature | None:
    """Return the signature of a request, None for a request with none, an incomplete or another one."""
    authorization = request.headers.get("authorization", "")
    if authorization:
        return _of_header(authorization, request)
    query = dict(parse_qsl(request.query, keep_blank_values=True))
    return _of_query(query, request) if query.get("X-Amz-Algorithm") == ALGORITHM else None


def _of_header(authorization: str, request: SignedRequest) -> Signature | None:
    algorithm, _, fields = authorization.partition(" ")
    named = dict(_FIELD.findall(fields))
    if algorithm != ALGORITHM or len(named) != 3:
        return None
    found = [named[name] for name in ("Credential", "SignedHeaders", "Signature")]
    made, token = (request.headers.get(f"x-amz-{name}", "") for name in ("date", "security-token"))
    return _signature(request, made, found, token, None)


def _of_query(query: Mapping[str, str], request: SignedRequest) -> Signature | None:
    seconds = query.get("X-Amz-Expires", "")
    if not seconds.isdecimal() or int(seconds) > _LONGEST_SECONDS:
        return None
    found = [query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")]
    made, token = (query.get(f"X-Amz-{name}", "") for name in ("Date", "Security-Token"))
    return _signature(request, made, found, token, int(seconds))


def _signature(
    request: SignedRequest, made: str, found: list[str], token: str, expires: int | None
) -> Signature | None:
    credential, names, digest = found
    access_key, *scope = credential.split("/")
    if len(scope) != 4 or scope[-1] != "aws4_request" or not _SHA256.fullmatch(digest):
        return None
    day, region, service, _ = scope
    signed_headers = tuple(names.split(";"))
    return Signature(
        request, access_key, (day, region, service), made, signed_headers, digest, token, expires
    )


def _canonical_path(raw_path: str, service: str) -> str:
    if service == "s3":  # as it was sent
        return raw_path or "/"
    normal = posixpath.normpath("/" + raw_path.lstrip("/"))
    kept = "/" if raw_path.endswith("/") and normal != "/" else ""
    return quote(normal + kept, safe="/-_.~")


def _canonical_query(query: str) -> str:
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    encoded = sorted(tuple(quote(unquote(text), safe="-_.~") for text in pair) for pair in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded if name != "X-Amz-Signature")


def _trimmed(value: str) -> str:
    return " ".join(value.split())
