"""Reads the body of a request as ASGI has it, in pieces. Standard library only, as in `origins`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any


class BodyTooLargeError(Exception):
    """A body has more bytes than its reader takes."""


async def read_body(receive: Callable[[], Awaitable[Any]], most_bytes: int | None = None) -> bytes | None:
    """Return a request's whole body; None when its client has gone before the end.

    Raises:
        BodyTooLargeError: it has more than `most_bytes`; the rest of it is not read.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if most_bytes is not None and len(body) > most_bytes:
            raise BodyTooLargeError
        if not message.get("more_body"):
            return bytes(body)
