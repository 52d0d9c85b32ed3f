"""Passes every request that isn't Glue on to the emulator, as it came, and its answer back.

Both ways are streams with back-pressure, so an object of any size passes in constant memory. The
path stays as it was typed (a signature covers its exact spelling), bodies stay encoded.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable

import aiohttp
from aiohttp import http_writer
from multidict import CIMultiDict
from starlette.types import Receive, Scope, Send
from yarl import URL

from local_glue.hints import hint
from local_glue.http.errors import send_error
from local_glue.http.missing import SUSPICIOUS, lacking
from local_glue.http.protocol import authorization_of

logger = logging.getLogger(__name__)

# Meant for one connection only (RFC 9110, 7.6.1). Expect is answered by our own server.
_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
    )
)
# Below the 5 seconds after which the emulators close an idle connection: we never use a dying one.
_IDLE_SECONDS = 2
_BUFFER_BYTES = 256 * 1024
_MAX_HEADER_BYTES = 64 * 1024  # in one line of an answer
_NO_CONTENT = 304  # may name the length of the content that it doesn't have


def _head(status_line: str, headers: CIMultiDict[str]) -> bytes:
    """Write a request's head byte by byte as it came; aiohttp's own writer loses what is not UTF-8."""
    lines = (status_line, *(f"{name}: {value}" for name, value in headers.items()))
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


http_writer._serialize_headers = _head  # it has no other way to take bytes


class ClientGone(Exception):  # noqa: N818 - a fact, not an error
    """The client hung up before its request was complete."""


class ReverseProxy:
    """A streaming reverse proxy to one emulator."""

    def __init__(
        self,
        emulator_url: str,
        on_lack: Callable[[str, str], None] = lambda _authorization, _reason: None,
        *,
        name: str = "emulator",
        next_step: str | None = None,
        local_address: str | None = None,
    ) -> None:
        """`on_lack` is told who asked for something that the emulator lacks, and what it says.

        `name` and `next_step` are for the message that it does not answer; connections come from
        `local_address`, or from the one that the system chooses.
        """
        self.emulator_url = emulator_url
        self._on_lack = on_lack
        self._name = name
        self._next_step = next_step
        self._local = (local_address, 0) if local_address else None
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Start the connection pool, inside the running event loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_IDLE_SECONDS, local_addr=self._local),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=_BUFFER_BYTES,
            max_line_size=_MAX_HEADER_BYTES,
            max_field_size=_MAX_HEADER_BYTES,
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connection pool."""
        if self._session:
            await self._session.close()

    async def is_emulator_up(self) -> bool:
        """Return whether the emulator answers at all."""
        if not self._session:
            return False
        try:
            timeout = aiohttp.ClientTimeout(total=2)
            async with self._session.get(self.emulator_url + "/", timeout=timeout):
                return True
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def refuse_websocket(self, receive: Receive, send: Send) -> None:
        """Answer an upgrade: what is no request and answer does not pass."""
        await receive()
        text = f"This endpoint passes no WebSockets: connect to the emulator itself at {self.emulator_url}.\n"
        headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(text)).encode())]
        await send({"type": "websocket.http.response.start", "status": 501, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": text.encode()})

    async def pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream one request to the emulator and its answer back.

        Raises:
            RuntimeError: the proxy was not opened.
        """
        if self._session is None:
            raise RuntimeError("the proxy was not opened")

        headers = CIMultiDict(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in _end_to_end(scope["headers"])
        )
        has_body = "content-length" in headers or _is_chunked(scope["headers"])
        started = False

        try:
            async with self._session.request(
                scope["method"],
                URL(self.emulator_url + _target(scope), encoded=True),
                headers=headers,
                data=_request_body(receive) if has_body else None,
                allow_redirects=False,
            ) as answer:
                started = True
                await self._send_answer(answer, scope, receive, send)
        except ClientGone:
            return
        except aiohttp.ClientError as error:
            if started:
                # The status is out already; only a broken connection tells the client the truth.
                raise
            name, path = self._name, scope["path"]
            logger.warning("%s %s: the %s does not answer: %s", scope["method"], path, name, error)
            text = (
                f"The {name} behind this endpoint does not answer at {self.emulator_url} "
                f"({type(error).__name__}). {self._next_step or hint('start_emulator')}."
            )
            await send_error(scope, send, 503, "ServiceUnavailable", text, (b"retry-after", b"1"))

    async def _send_answer(
        self, answer: aiohttp.ClientResponse, scope: Scope, receive: Receive, send: Send
    ) -> None:
        headers = _end_to_end(answer.raw_headers)
        if answer.status == _NO_CONTENT:
            headers = [(name, value) for name, value in headers if name != b"content-length"]
        if answer.status in SUSPICIOUS:
            self._tell_of_lack(scope, answer.status, headers, await answer.read())

        await send({"type": "http.response.start", "status": answer.status, "headers": headers})

        hung_up = asyncio.ensure_future(_disconnect(receive))
        try:
            async for chunk in _chunks(answer):
                if hung_up.done():
                    return  # leaving closes the emulator's connection: it need not send the rest
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        finally:
            hung_up.cancel()

        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _tell_of_lack(
        self, scope: Scope, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
    ) -> None:
        """Tell before the answer is sent: a script that gets it may be at its end at once."""
        authorization = authorization_of(dict(scope["headers"]))
        if reason := lacking(authorization, status, headers, body):
            self._on_lack(authorization, reason)


def _target(scope: Scope) -> str:
    """Return path and query exactly as they were received."""
    path: str = scope["raw_path"].decode("latin-1")
    query: str = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def _end_to_end(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Leave out what is meant for one connection only, by its name or because `Connection` names it."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = b",".join(value for name, value in lowered if name == b"connection").lower().split(b",")
    dropped = _HOP_BY_HOP.union(name.strip() for name in named)
    return [(name, value) for name, value in lowered if name not in dropped]


def _is_chunked(received: list[tuple[bytes, bytes]]) -> bool:
    return any(name == b"transfer-encoding" and b"chunked" in value.lower() for name, value in received)


async def _request_body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def _chunks(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """Yield the answer's body as it comes; what was read already, at once."""
    if answer.status in SUSPICIOUS:
        yield await answer.read()
        return
    async for chunk in answer.content.iter_any():
        yield chunk


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
