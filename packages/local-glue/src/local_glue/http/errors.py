"""Errors of the endpoint itself. Standard library only."""

import json
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

Headers = list[tuple[bytes, bytes]]


def error_answer(scope: Mapping[str, Any], code: str, text: str) -> tuple[Headers, bytes]:
    """Return headers and body in the form that the caller's protocol has: JSON for targets, else XML."""
    sent = dict(scope["headers"])
    if b"x-amz-target" in sent or b"json" in sent.get(b"content-type", b""):
        content_type = b"application/x-amz-json-1.1"
        body = json.dumps({"__type": f"{code}Exception", "message": text}).encode()
    else:
        content_type = b"application/xml"
        error = f"<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        if b"form-urlencoded" in sent.get(b"content-type", b""):  # the query protocol has it inside
            error = f"<ErrorResponse>{error}</ErrorResponse>"
        body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'.encode()
    return [(b"content-type", content_type), (b"content-length", str(len(body)).encode())], body


async def send_error(
    scope: Mapping[str, Any], send: Any, status: int, code: str, text: str, *more: tuple[bytes, bytes]
) -> None:
    """Answer a request of ASGI with an error."""
    headers, body = error_answer(scope, code, text)
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
