"""The service's end of the line to a session's interpreter: one statement at a time."""

import contextlib
import hmac
import json
import queue
import secrets
import socket
import threading
from pathlib import Path
from typing import Protocol, TextIO

from local_glue.api.glue_api_model import Json
from local_glue.runs.files import RunFolder, write_private

_INTERPRETER = Path(__file__).with_name("interpreter.py")
_LOOK_SECONDS = 0.2
_HELLO_SECONDS, _LONGEST_HELLO = 5.0, 200


class Journal(Protocol):
    """Who is told what becomes of a session and its statements."""

    def begin_session(self) -> bool:
        """Store that statements can be run; return whether somebody still waits for that."""

    def begin_statement(self, number: int) -> str | None:
        """Store that a statement runs; return its code, or None when it was cancelled before."""

    def end_statement(self, number: int, output: Json) -> None:
        """Store what came of a statement."""


class Conversation:
    """Waits for the interpreter, then hands it statements. All but `hold` may come from any thread."""

    def __init__(self, journal: Journal, idle_seconds: float) -> None:
        self._journal = journal
        self._idle_seconds = idle_seconds
        self._secret = secrets.token_urlsafe(32)
        self._numbers: queue.Queue[int | None] = queue.Queue()
        self._is_over = threading.Event()
        self._sending = threading.Lock()
        self._connection: socket.socket | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(_LOOK_SECONDS)

    def put_interpreter(self, folder: RunFolder) -> Path:
        """Put the interpreter into a run's folder, and beside it whom to call; return its path."""
        scripts = folder.make("script")
        script = scripts / "session.py"
        script.write_bytes(_INTERPRETER.read_bytes())
        write_private(scripts / "connection", json.dumps([self._server.getsockname()[1], self._secret]))
        return script

    def add(self, number: int) -> None:
        """Let a statement wait for its turn."""
        self._numbers.put(number)

    def cancel(self, number: int) -> None:
        """Interrupt a statement that runs."""
        self._send({"Cancel": number})

    def close(self) -> None:
        """End it: the session's process has ended, or is to."""
        self._is_over.set()
        self._numbers.put(None)
        with self._sending:
            if self._connection:
                with contextlib.suppress(OSError):  # the other end is gone already
                    self._connection.shutdown(socket.SHUT_RDWR)

    def hold(self) -> bool:
        """Run statements until it is over; return whether that is because none came for too long.

        Raises:
            StoreError: what became of a statement can't be stored.
            ValueError: the interpreter does not keep to the protocol.
        """
        with self._server, contextlib.ExitStack() as ending:
            outputs = self._accept(ending)
            if outputs is None or not self._journal.begin_session():
                return False

            while True:
                try:
                    number = self._numbers.get(timeout=self._idle_seconds)
                except queue.Empty:
                    return True
                if number is None or not self._run(number, outputs):
                    return False

    def _accept(self, ending: contextlib.ExitStack) -> TextIO | None:
        """Return where outputs come from, once the interpreter has called; None when it never will."""
        while not self._is_over.is_set():
            with contextlib.suppress(TimeoutError, ConnectionError), contextlib.ExitStack() as opened:
                connection = opened.enter_context(self._server.accept()[0])
                connection.settimeout(_HELLO_SECONDS)
                outputs = opened.enter_context(connection.makefile("r", encoding="utf-8", errors="replace"))
                # Whoever may use this machine's loopback may call, and has no secret.
                if hmac.compare_digest(
                    outputs.readline(_LONGEST_HELLO).strip().encode(), self._secret.encode()
                ):
                    connection.settimeout(None)
                    self._connection = connection
                    ending.enter_context(opened.pop_all())
                    return outputs
        return None

    def _run(self, number: int, outputs: TextIO) -> bool:
        code = self._journal.begin_statement(number)
        if code is None:
            return True
        self._send({"Id": number, "Code": code})
        line = ""
        with contextlib.suppress(ConnectionError):
            line = outputs.readline()
        if not line:
            return False  # the process has ended; who waits for it says why
        self._journal.end_statement(number, json.loads(line))
        return True

    def _send(self, request: Json) -> None:
        with self._sending, contextlib.suppress(OSError):  # who reads finds the end
            if self._connection:
                self._connection.sendall(json.dumps(request).encode() + b"\n")
