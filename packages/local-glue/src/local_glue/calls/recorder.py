"""Keeps which role asked for which operation on which resource, each once, in a file.

A request costs a few microseconds: what it was is made out by a thread of its own, and written once.
Standard library only: MiniStack's process keeps such records, too.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from local_glue.calls.operations import Operation, Signed, operations

logger = logging.getLogger(__name__)

FILE = "calls.jsonl"
CALLS_PATH = "/_glue/calls"
"""Where the local Glue service gives its records to the sandbox."""
AIRFLOW = "airflow"
_OF_AIRFLOW = re.compile(r"\bAmPP/")  # Airflow's provider for AWS says so in its requests
_ACCOUNT = re.compile(r":(\d{12}):role/")
_BODY_BYTES = 64 * 1024
Receive = Callable[[], Awaitable[Any]]
OperationsOf = Callable[[Signed, str], Iterable[Operation]]
Record = tuple[str, str, str, str, str]  # role or "airflow", service, operation, resource, source of a copy


class CallRecorder:
    """Records the calls of roles that it knows, and those of Airflow."""

    def __init__(
        self, folder: Path, role_of: Callable[[str], str | None], operations_of: OperationsOf = operations
    ) -> None:
        """`role_of` gives the ARN of the role that an access key is a session of."""
        self._file = folder / FILE
        self._role_of, self._operations_of = role_of, operations_of
        self._queue: queue.SimpleQueue[tuple[Any, bytes] | None] = queue.SimpleQueue()
        self._seen: set[Record] = set()
        self._thread = threading.Thread(target=self._work, name="calls", daemon=True)
        self._thread.start()

    def listening(self, scope: Any, receive: Receive) -> Receive:
        """Return what to receive a request's body from instead; the request is recorded on the way."""
        if scope["type"] != "http":
            return receive
        if not _needs_body(scope):
            self._queue.put((scope, b""))
            return receive

        head = bytearray()

        async def received() -> Any:
            message = await receive()
            if len(head) < _BODY_BYTES:
                head.extend(message.get("body", b"")[:_BODY_BYTES])
            if not message.get("more_body"):
                self._queue.put((scope, bytes(head)))
            return message

        return received

    def text(self) -> str:
        """Return all records, a line each."""
        return self._file.read_text(encoding="utf-8") if self._file.is_file() else ""

    def close(self) -> None:
        """Write what is still to be written; safe to call twice."""
        self._queue.put(None)
        self._thread.join(5)

    def _work(self) -> None:
        self._seen |= set(parse_records(self.text()))
        while (item := self._queue.get()) is not None:
            try:
                self._write(record for record in self._records(*item) if record not in self._seen)
            except Exception:  # a request that nobody foresaw must not end the records of all others
                logger.exception("a call was not recorded")

    def _records(self, scope: Any, body: bytes) -> Iterator[Record]:
        request = _signed(scope, body)
        is_airflow = _OF_AIRFLOW.search(request.headers.get("user-agent", ""))
        caller = self._role_of(request.access_key) or (AIRFLOW if is_airflow else None)
        if not caller:
            return
        account = _ACCOUNT.search(caller)
        for one in self._operations_of(request, account[1] if account else "*"):
            yield caller, one.service, one.name, one.resource, one.source

    def _write(self, records: Iterable[Record]) -> None:
        new = set(records)
        if not new:
            return
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in sorted(new))
        self._seen |= new


class RecordingService:
    """ASGI middleware that records, and passes all on."""

    def __init__(self, app: Callable[..., Awaitable[None]], recorder: CallRecorder) -> None:
        self._app, self._recorder = app, recorder

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:
        """Pass one event on."""
        await self._app(scope, self._recorder.listening(scope, receive), send)


def parse_records(text: str) -> Iterator[Record]:
    """Yield the records in a file's text; a line that was cut short is left out."""
    for line in text.splitlines():
        if line.endswith("]"):
            caller, service, name, resource, source = json.loads(line)
            yield caller, service, name, resource, source


def _needs_body(scope: Any) -> bool:
    """Whether operation or resource stand in the body: as everywhere but in most of S3."""
    if scope["method"] != "POST":
        return False
    headers = dict(scope["headers"])
    is_s3 = b"/s3/aws4_request" in headers.get(b"authorization", b"")
    return not is_s3 or b"delete" in scope["query_string"]


def _signed(scope: Any, body: bytes) -> Signed:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    query = scope["query_string"].decode("latin-1")
    return Signed(scope["method"], scope["path"], query, headers, body.decode("utf-8", "replace"))
