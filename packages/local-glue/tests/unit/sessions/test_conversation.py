"""The line between the service and a session's interpreter, whose part the tests play."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local_glue.runs.files import RunFolder
from local_glue.sessions.conversation import Conversation

pytestmark = pytest.mark.timeout(60)
LONG = 3600.0


@dataclass
class Journal:
    """Gives each statement its number as code, and keeps what comes of it."""

    cancelled: set[int] = field(default_factory=set)
    is_ready: threading.Event = field(default_factory=threading.Event)
    outputs: list[Any] = field(default_factory=list)

    def begin_session(self) -> bool:
        self.is_ready.set()
        return True

    def begin_statement(self, number: int) -> str | None:
        return None if number in self.cancelled else f"code {number}"

    def end_statement(self, number: int, output: Any) -> None:
        self.outputs.append((number, output))


class Held:
    """A conversation that goes on in a thread of its own."""

    def __init__(self, folder: Path, idle_seconds: float) -> None:
        self.journal = Journal()
        self.conversation = Conversation(self.journal, idle_seconds)
        script = self.conversation.put_interpreter(RunFolder(folder))
        self.invitation = script.with_name("connection")
        self.was_idle: bool | None = None
        self.thread = threading.Thread(target=self._hold)
        self.thread.start()

    def call(self, secret: str | None = None) -> socket.socket:
        """Call as the interpreter does, or with a secret that is none."""
        port, given = json.loads(self.invitation.read_text("utf-8"))
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection.sendall(f"{given if secret is None else secret}\n".encode())
        return connection

    def ended(self) -> bool | None:
        self.thread.join(30)
        assert not self.thread.is_alive()
        return self.was_idle

    def _hold(self) -> None:
        self.was_idle = self.conversation.hold()


def break_off(connection: socket.socket) -> None:
    """End a connection as the death of a process may: by a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    made = Held(tmp_path, LONG)
    yield made
    made.conversation.close()
    made.ended()


def test_statements_go_one_by_one_and_what_was_cancelled_before_does_not(held: Held) -> None:
    held.journal.cancelled.add(1)
    for number in (0, 1, 2):
        held.conversation.add(number)
    with held.call() as connection, connection.makefile("rw", encoding="utf-8") as line:
        assert json.loads(line.readline()) == {"Id": 0, "Code": "code 0"}
        held.conversation.cancel(0)
        assert json.loads(line.readline()) == {"Cancel": 0}
        print('{"Status": "error"}', file=line, flush=True)
        assert json.loads(line.readline()) == {"Id": 2, "Code": "code 2"}
        print('{"Status": "ok"}', file=line, flush=True)
        held.conversation.close()
        assert line.readline() == ""
    assert held.ended() is False
    assert held.journal.outputs == [(0, {"Status": "error"}), (2, {"Status": "ok"})]


def test_whoever_has_no_secret_gets_nothing_and_keeps_nobody_out(held: Held) -> None:
    held.conversation.add(0)
    with held.call("guessed") as stranger:
        assert stranger.recv(1) == b""
    port, _ = json.loads(held.invitation.read_text("utf-8"))
    break_off(socket.create_connection(("127.0.0.1", port)))
    assert not held.journal.is_ready.is_set()
    with held.call() as connection:
        assert json.loads(connection.makefile().readline())["Code"] == "code 0"


def test_nobody_else_can_read_the_secret(held: Held) -> None:
    assert held.invitation.stat().st_mode & 0o777 == 0o600


def test_an_interpreter_that_dies_ends_it_and_so_does_a_close_before_any_calls(tmp_path: Path) -> None:
    dying = Held(tmp_path / "dying", LONG)
    dying.conversation.add(0)
    connection = dying.call()
    connection.recv(1)  # of its first statement
    break_off(connection)
    assert dying.ended() is False
    silent = Held(tmp_path / "silent", LONG)
    silent.conversation.close()
    assert silent.ended() is False
    assert not silent.journal.is_ready.is_set()


def test_a_session_that_nobody_asks_anything_is_idle(tmp_path: Path) -> None:
    idle = Held(tmp_path, 0.01)
    with idle.call():
        assert idle.ended() is True
