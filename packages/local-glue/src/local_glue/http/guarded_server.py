"""Stands before a server that answers to every host name: starts it, and passes on what the rules let pass.

    python -m local_glue.http.guarded_server LISTEN_HOST:PORT URL COMMAND...

COMMAND serves at URL, where no browser is answered: on a container's own loopback, or by a filter that lets
in only who comes from URL's own address (browsers come from 127.0.0.1). The rules are those of the AWS
endpoint, read from the same variables. When COMMAND ends, so does this, with an exit code that says so.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import uvicorn
from starlette.types import Receive, Scope, Send

from local_glue.http.origins import AccessGuard, read_rules
from local_glue.http.reverse_proxy import ReverseProxy
from local_glue.log_format import OneLineFormatter

NEXT_STEP = "It may still be starting: try again, and read its log"
logger = logging.getLogger("local_glue.guarded_server")


class GuardedServer:
    """The ASGI application that starts the server behind it, and ends it."""

    def __init__(self, url: str, command: Sequence[str], on_end: Callable[[], None]) -> None:
        """`on_end` is called when the server has ended by itself, or was."""
        self._command = command
        self._on_end = on_end
        self._proxy = ReverseProxy(
            url, name="server", next_step=NEXT_STEP, local_address=urlsplit(url).hostname
        )
        self._guarded = AccessGuard(self._proxy.pass_on, read_rules(os.environ))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._proxy.open()
        process = await asyncio.create_subprocess_exec(*self._command, stdin=asyncio.subprocess.DEVNULL)
        watch = asyncio.create_task(self._watch(process))
        await send({"type": "lifespan.startup.complete"})

        await receive()
        if process.returncode is None:
            process.terminate()
        await watch
        await self._proxy.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        code = await process.wait()
        logger.info("%s ended with exit code %s", self._command[0], code)
        self._on_end()


def main(arguments: Sequence[str]) -> int:
    """Serve until SIGTERM, Ctrl-C or the end of the server behind; return 1 for the latter."""
    address, url, *command = arguments
    host, _, port = address.rpartition(":")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])

    server: uvicorn.Server

    def end() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        GuardedServer(url, command, end),
        host=host,
        port=int(port),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=2,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    server.run()  # a signal that ended it is raised again
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
