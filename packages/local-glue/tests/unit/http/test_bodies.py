"""A request's body comes in pieces: it is whole, too large, or its client has gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from local_glue.http.bodies import BodyTooLargeError, read_body

PIECES: list[dict[str, Any]] = [
    {"type": "http.request", "body": b"ab", "more_body": True},
    {"type": "http.request", "body": b"cd"},
]


def read(messages: list[dict[str, Any]], most_bytes: int | None = None) -> bytes | None:
    left = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(left)

    return asyncio.run(read_body(receive, most_bytes))


def test_pieces_are_one_body() -> None:
    assert read(PIECES) == b"abcd"
    assert read(PIECES, most_bytes=4) == b"abcd"
    assert read([{"type": "http.request"}]) == b""


def test_what_is_too_large_is_not_read_to_its_end() -> None:
    with pytest.raises(BodyTooLargeError):
        read([PIECES[0]], most_bytes=1)
    with pytest.raises(BodyTooLargeError):
        read(PIECES, most_bytes=3)


def test_a_client_that_has_gone_leaves_no_half_of_a_body() -> None:
    assert read([PIECES[0], {"type": "http.disconnect"}]) is None
