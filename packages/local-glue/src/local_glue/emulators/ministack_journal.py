"""DynamoDB's writes, on disk before they are answered: a killed emulator loses none that anybody knows of.

MiniStack saves its tables as a whole, every few seconds at best. Each write since then is a line of
`<STATE_DIR>/dynamodb.journal`, and is done again when MiniStack starts. Doing it twice does no harm, for the
pipeline puts, sets and deletes; it adds to nothing.

Standard library only, as it runs in MiniStack's environment.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

Asgi = Callable[..., Awaitable[None]]
TARGET = b"x-amz-target"
READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan")
SCOPE = re.compile(r"Credential=([^/]+)(/[^,\s]+)")
OK = 200


class Journal:
    """Stands before MiniStack's application."""

    def __init__(self, folder: Path, inner: Asgi, replay: Asgi) -> None:
        self._inner = inner
        self._replay_to = replay
        self._lock = threading.Lock()
        self._now = folder / "dynamodb.journal"
        self._being_saved = folder / "dynamodb.journal.saving"

    async def serve(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one request; a write that succeeded is in the journal before its answer begins."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, self._replaying_first(send))
            return
        if not _is_write(scope):
            await self._inner(scope, receive, send)
            return

        body = bytearray()

        async def hear() -> dict[str, Any]:
            message: dict[str, Any] = await receive()
            body.extend(message.get("body", b""))
            return message

        async def answer(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] == OK:
                self._append(scope, bytes(body))
            await send(message)

        await self._inner(scope, hear, answer)

    def begin_saving(self) -> None:
        """The tables are about to be saved: what the journal has up to now is in them already."""
        with self._lock:
            if not self._now.exists():
                return
            with self._being_saved.open("ab") as older:
                older.write(self._now.read_bytes())
            self._now.unlink()

    def end_saving(self) -> None:
        """They are on disk."""
        self._being_saved.unlink(missing_ok=True)

    def _append(self, scope: dict[str, Any], body: bytes) -> None:
        headers = dict(scope["headers"])
        line = {
            "target": headers[TARGET].decode("latin-1"),
            "authorization": headers.get(b"authorization", b"").decode("latin-1"),
            "body": body.decode(),
        }
        with self._lock, self._now.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(line) + "\n")

    def _replaying_first(self, send: Any) -> Any:
        async def replay_then_send(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.complete":
                await self._replay()
            await send(message)

        return replay_then_send

    async def _replay(self) -> None:
        """Do again what the journal has and was not saved; MiniStack has loaded what it saved by now."""
        files = [path for path in (self._being_saved, self._now) if path.exists()]
        # A line that was cut off was not answered either.
        for line in [line for path in files for line in path.read_text(encoding="utf-8").split("\n")[:-1]]:
            await self._do_again(json.loads(line))

    async def _do_again(self, entry: dict[str, str]) -> None:
        sent = False

        async def hear() -> dict[str, Any]:
            nonlocal sent
            if sent:
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": entry["body"].encode(), "more_body": False}

        async def ignore(_: dict[str, Any]) -> None:
            """Nobody waits for it."""

        headers = {
            b"host": b"localhost",
            b"content-type": b"application/x-amz-json-1.0",
            TARGET: entry["target"].encode("latin-1"),
            b"authorization": _as_owner(entry["authorization"]).encode("latin-1"),
        }
        scope = {
            **{"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "root_path": ""},
            **{"path": "/", "raw_path": b"/", "query_string": b"", "headers": list(headers.items())},
            **{"client": ("127.0.0.1", 0), "server": ("127.0.0.1", 0)},
        }
        await self._replay_to(scope, hear, ignore)


def _is_write(scope: dict[str, Any]) -> bool:
    if scope["type"] != "http":
        return False
    service, _, operation = dict(scope["headers"]).get(TARGET, b"").decode("latin-1").partition(".")
    return service.startswith("DynamoDB_") and not operation.startswith(READS)


def _as_owner(authorization: str) -> str:
    """The same account and region, with keys that are never forgotten: a role's own are, by a restart."""
    found = SCOPE.search(authorization)
    if found is None:
        return authorization
    key, scope = found.groups()
    owner = key if key.isdecimal() else "test"
    return f"AWS4-HMAC-SHA256 Credential={owner}{scope}, SignedHeaders=host, Signature=0"
