"""A proxy between the sandbox and its emulator that passes everything on, except where a trap is set.

It knows which step of the pipeline a request belongs to, and counts: a trap springs at the n-th request of a
step, so that a moment inside a step is the same one each time.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from chaos.faults import ANY, CHECK_ARCHIVED, CHECK_FILES, CRAWL, DYNAMODB, S3
from multidict import CIMultiDict
from yarl import URL

ACCESS_KEY = re.compile(r"Credential=([^/]+)/\d{8}/[^/]+/([^/]+)/")
SCOPE = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/([^/]+)/")
SCRIPT = re.compile(r"/jobs/[^/]+/(\w+)\.py$")
PACKAGE = re.compile(r"/packages/")
LAUNCH = "launch"
"""The operation of downloads that come before the process of a run."""
OF_ONE_CONNECTION = {
    "connection",
    "keep-alive",
    "transfer-encoding",
    "expect",
    "te",
    "upgrade",
    "content-length",
}
OWN_KEY = "test"


@dataclass
class Exchange:
    """One request on its way, with its body; `forward` has the emulator carry it out."""

    request: web.Request
    body: bytes
    step: str
    service: str
    forward: Callable[[bytes], Awaitable[web.Response]]

    @property
    def operation(self) -> str:
        """The operation's name where the protocol has one, else the HTTP method."""
        if SCRIPT.search(self.request.path) or PACKAGE.search(self.request.path):
            return LAUNCH
        return self.request.headers.get("X-Amz-Target", "").rpartition(".")[2] or self.request.method

    @property
    def is_connected(self) -> bool:
        """Whether the client still waits for the answer."""
        return self.request.transport is not None and not self.request.transport.is_closing()

    def hang_up(self) -> web.Response:
        """Break the connection; the answer given back reaches nobody."""
        if self.request.transport:
            self.request.transport.abort()
        return web.Response()


@dataclass
class Trap:
    """Springs at the n-th fitting request of a step, so many times in a row."""

    step: str
    at: int
    spring: Callable[[Exchange], Awaitable[web.StreamResponse]]
    service: str = ANY
    operation: str = ""
    times: int = 1
    needs_process: bool = False
    """Not while the run's process is still being launched."""
    seen: int = field(default=0, init=False)

    def is_sprung_by(self, exchange: Exchange) -> bool:
        """Count a fitting request; True if it is the one, or one of those that follow it."""
        if not self.fits(exchange.step, exchange.service, exchange.operation):
            return False
        self.seen += 1
        return self.at <= self.seen < self.at + self.times

    def fits(self, step: str, service: str, operation: str) -> bool:
        """Whether a request of this kind counts."""
        is_there = operation != LAUNCH or not self.needs_process
        return (
            is_there
            and step == self.step
            and self.service in (ANY, service)
            and self.operation in ("", operation)
        )

    @property
    def is_over(self) -> bool:
        return self.seen >= self.at + self.times - 1


class FaultProxy:
    """Runs in a thread of its own; traps are set from any other."""

    def __init__(self, emulator_url: str, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.counts: Counter[tuple[str, str, str]] = Counter()
        """How many requests came of the latest run of each step, by step, service and operation."""
        self._emulator_url = emulator_url
        self._port = port
        self._steps: dict[str, str] = {}  # access key of a run → its step
        self._traps: list[Trap] = []
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._serve()], daemon=True
        )

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        if not self._ready.wait(30):
            raise TimeoutError(f"the proxy did not listen on {self.url}")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(30)

    def set_traps(self, traps: list[Trap]) -> None:
        """Replace all traps."""
        self._traps = traps

    async def _serve(self) -> None:
        self._session = ClientSession(
            connector=TCPConnector(limit=0, force_close=True),
            timeout=ClientTimeout(total=None),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            cookie_jar=DummyCookieJar(),
        )
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self._port).start()
        self._ready.set()
        await self._ended.wait()
        await runner.cleanup()
        await self._session.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        service, step = self._belongs_to(request)

        async def forward(content: bytes) -> web.Response:
            return await self._forward(request, content)

        exchange = Exchange(request, body, step, service, forward)
        self.counts[step, service, exchange.operation] += 1
        # One trap a request: those that come after the one that is sprung count from the next request.
        sprung = next(
            (trap for trap in self._traps if not trap.is_over and trap.is_sprung_by(exchange)), None
        )
        try:
            return await (sprung.spring(exchange) if sprung else forward(body))
        except ClientError:  # the emulator is gone, and so is the connection to it
            return exchange.hang_up()

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        headers = CIMultiDict(
            (n, v) for n, v in request.headers.items() if n.lower() not in OF_ONE_CONNECTION
        )
        if body != await request.read():
            headers = _signed_anew(request, body)
        url = URL(self._emulator_url + request.raw_path, encoded=True)
        async with self._session.request(
            request.method, url, headers=headers, data=body or None, allow_redirects=False
        ) as answer:
            content = await answer.read()
            kept = CIMultiDict(
                (n, v) for n, v in answer.headers.items() if n.lower() not in OF_ONE_CONNECTION
            )
            if request.method == "HEAD" and "Content-Length" in answer.headers:
                kept["Content-Length"] = answer.headers["Content-Length"]
            return web.Response(status=answer.status, headers=kept, body=content)

    def _belongs_to(self, request: web.Request) -> tuple[str, str]:
        """The service and the step of a request, by who signed it.

        Each run of a job has keys of its own, and downloads its script first; a crawl downloads none.
        """
        found = ACCESS_KEY.search(request.headers.get("Authorization", ""))
        key, service = found.groups() if found else ("", "")
        if service not in (S3, DYNAMODB):
            return service, ""
        if key == OWN_KEY:
            step = CHECK_ARCHIVED if request.path.endswith("/archived.json") else CHECK_FILES
            is_first = step == CHECK_ARCHIVED or (request.method == "GET" and "/manifests/" in request.path)
        else:
            script = SCRIPT.search(request.path)
            is_first = key not in self._steps
            step = self._steps.setdefault(key, script[1] if script else CRAWL)
        if is_first:
            self.counts = Counter({place: n for place, n in self.counts.items() if place[0] != step})
        return service, step


def _signed_anew(request: web.Request, body: bytes) -> CIMultiDict[str]:
    """The headers of an AWS JSON request for another body, signed with keys that may do everything."""
    found = SCOPE.search(request.headers["Authorization"])
    region, service = found.groups() if found else ("", "")
    kept = {name: request.headers[name] for name in ("Host", "Content-Type", "X-Amz-Target")}
    changed = AWSRequest("POST", f"http://{kept['Host']}/", kept, body)
    SigV4Auth(Credentials(OWN_KEY, OWN_KEY), service, region).add_auth(changed)
    return CIMultiDict(changed.headers.items())
