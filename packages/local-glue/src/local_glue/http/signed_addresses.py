"""S3's older signature, of version 2, in the query of an address: boto3 makes such ones by default.

Standard library only, as `signatures`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import parse_qsl

from local_glue.http.signatures import SignedRequest

_SUBRESOURCES = {
    *("accelerate", "acl", "cors", "defaultObjectAcl", "location", "logging", "partNumber", "policy"),
    *("requestPayment", "torrent", "versioning", "versionId", "versions", "website", "uploads", "uploadId"),
    *("response-content-type", "response-content-language", "response-expires", "response-cache-control"),
    *("response-content-disposition", "response-content-encoding", "delete", "lifecycle", "tagging"),
    *("restore", "storageClass", "notification", "replication", "analytics", "metrics", "inventory"),
    *("select", "select-type", "object-lock"),
}


class SignedAddress:
    """What the query of such an address says."""

    def __init__(self, request: SignedRequest) -> None:
        self._request = request
        self._query = dict(parse_qsl(request.query, keep_blank_values=True))
        self.access_key = self._query.get("AWSAccessKeyId", "")
        self.token = self._query.get("x-amz-security-token", "")

    def is_current(self, now: datetime) -> bool:
        """Return whether it has not expired."""
        expires = self._query.get("Expires", "")
        return expires.isdecimal() and now.timestamp() <= int(expires)

    def is_signed_with(self, secret: str) -> bool:
        """Return whether the signature is the one that this secret makes of this request."""
        sent = self._query.get("Signature", "")
        return any(
            hmac.compare_digest(base64.b64encode(hmac.digest(secret.encode(), text, "sha1")), sent.encode())
            for text in self._texts()
        )

    def _texts(self) -> Iterable[bytes]:
        """What was signed: with the bucket in the path, or before the host's name."""
        request, query = self._request, self._query
        given = [query.get(name) or request.headers.get(name, "") for name in ("content-md5", "content-type")]
        amz = sorted((n.lower(), v) for n, v in query.items() if n.lower().startswith("x-amz-"))
        asked = sorted((n, v) for n, v in query.items() if n in _SUBRESOURCES)
        resource = "&".join(f"{name}={value}" if value else name for name, value in asked)

        labels = request.headers.get("host", "").split(".")
        buckets = [".".join(labels[:count]) for count in range(1, len(labels))]
        for path in (request.raw_path, *(f"/{bucket}{request.raw_path}" for bucket in buckets)):
            lines = [request.method, *given, query["Expires"], *(f"{n}:{v}" for n, v in amz)]
            yield "\n".join([*lines, f"{path}?{resource}" if resource else path]).encode()
