"""The wrong answers, as the real services word them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from chaos.faults import DYNAMODB
from chaos.proxy import Exchange

STALL_SECONDS = 90.0  # longer than the patience of any client that is stalled
LOOK_SECONDS = 0.2
Answer = Callable[[Exchange], Awaitable[web.StreamResponse]]


def _s3_error(status: int, code: str, message: str) -> web.Response:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{error}'
    return web.Response(status=status, body=body.encode(), headers={"Content-Type": "application/xml"})


def _dynamodb_answer(status: int, content: object) -> web.Response:
    body = json.dumps(content).encode()
    return web.Response(status=status, body=body, headers={"Content-Type": "application/x-amz-json-1.0"})


def _dynamodb_error(status: int, space: str, code: str, message: str) -> web.Response:
    return _dynamodb_answer(status, {"__type": f"{space}#{code}", "message": message})


async def slow_down(_: Exchange) -> web.StreamResponse:
    return _s3_error(503, "SlowDown", "Please reduce your request rate.")


async def internal_error(_: Exchange) -> web.StreamResponse:
    return _s3_error(500, "InternalError", "We encountered an internal error. Please try again.")


async def request_timeout(_: Exchange) -> web.StreamResponse:
    return _s3_error(
        400,
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout period.",
    )


async def denied(exchange: Exchange) -> web.StreamResponse:
    if exchange.service == DYNAMODB:
        space = "com.amazon.coral.service"
        return _dynamodb_error(400, space, "AccessDeniedException", "User is not authorized to perform this.")
    return _s3_error(403, "AccessDenied", "Access Denied")


async def throttled(_: Exchange) -> web.StreamResponse:
    return _dynamodb_error(
        400,
        "com.amazonaws.dynamodb.v20120810",
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded.",
    )


async def unavailable(_: Exchange) -> web.StreamResponse:
    space = "com.amazonaws.dynamodb.v20120810"
    return _dynamodb_error(500, space, "InternalServerError", "The request could not be completed.")


async def unprocessed(exchange: Exchange) -> web.StreamResponse:
    """Forward the first half of each table's requests; the rest comes back."""
    request = json.loads(exchange.body)
    wanted = request["RequestItems"]
    taken = {table: items[: len(items) // 2] for table, items in wanted.items() if len(items) > 1}
    left = {table: items[len(items) // 2 :] if len(items) > 1 else items for table, items in wanted.items()}
    if taken:
        answer = await exchange.forward(json.dumps({**request, "RequestItems": taken}).encode())
        if answer.status != 200:
            return answer
    return _dynamodb_answer(200, {"UnprocessedItems": left})


async def dropped(exchange: Exchange) -> web.StreamResponse:
    return exchange.hang_up()


async def lost(exchange: Exchange) -> web.StreamResponse:
    await exchange.forward(exchange.body)
    return exchange.hang_up()


async def cut(exchange: Exchange) -> web.StreamResponse:
    """All of the headers, half of the bytes."""
    whole = await exchange.forward(exchange.body)
    content = whole.body if isinstance(whole.body, bytes) else b""
    answer = web.StreamResponse(status=whole.status, headers=whole.headers)
    answer.content_length = len(content)
    await answer.prepare(exchange.request)
    await answer.write(content[: len(content) // 2])
    exchange.hang_up()
    return answer


async def stalled(exchange: Exchange) -> web.StreamResponse:
    """Say nothing until the client gives up; one that waits for ever is told so by a broken connection."""
    for _ in range(int(STALL_SECONDS / LOOK_SECONDS)):
        if not exchange.is_connected:
            break
        await asyncio.sleep(LOOK_SECONDS)
    return exchange.hang_up()


ANSWERS: dict[str, Answer] = {
    answer.__name__: answer
    for answer in (
        slow_down,
        internal_error,
        request_timeout,
        denied,
        throttled,
        unavailable,
        unprocessed,
        dropped,
        lost,
        cut,
        stalled,
    )
}
