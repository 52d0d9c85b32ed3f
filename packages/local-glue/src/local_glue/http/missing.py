"""What an emulator answers when it lacks a service or an operation: AWS never answers that."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from xml.sax.saxutils import unescape

_SIGNED_FOR = re.compile(r"Credential=[^/,\s]+/\d{8}/(?:[^/,\s]+/)?([^/,\s]+)/aws4_request")
# The last is MiniStack's own, where it runs as its makers ship it.
_CODE = re.compile(rb"UnknownOperationException|InvalidAction\b|Unsupported service")
_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)
_BAD_REQUEST, _NOT_IMPLEMENTED = 400, 501
SUSPICIOUS = frozenset({_BAD_REQUEST, _NOT_IMPLEMENTED})
"""The statuses of such answers."""
_OF_AWS_ITSELF = "s3"  # S3 answers 501 on AWS, too


def lacking(
    authorization: str, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> str | None:
    """Return what the emulator says that it lacks; None for an answer that AWS gives as well.

    `body` may be the beginning of one.
    """
    signed = _SIGNED_FOR.search(authorization)
    if status not in SUSPICIOUS or not signed or signed[1] == _OF_AWS_ITSELF:
        return None

    error_type = dict(headers).get(b"x-amzn-errortype", b"")
    if status == _BAD_REQUEST and not _CODE.search(error_type + b" " + body):
        return None
    return f"The emulator lacks what was asked of {signed[1]}: {_message(body)}"


def _message(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    if found := _MESSAGE.search(text):
        return unescape(found[1])
    try:
        answer = json.loads(text)
    except ValueError:
        return text or "it gives no reason"
    named = answer if isinstance(answer, dict) else {}
    return str(named.get("message") or named.get("Message") or named.get("error") or text)
