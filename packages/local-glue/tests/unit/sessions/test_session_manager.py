"""How a session ends is what the manager stores, whoever ends it; the tests play its process."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from glue_service.aws import ROLE
from glue_service.in_process import client_of
from glue_service.waiting import wait_for

from local_glue.http.app import App
from local_glue.runs.files import RunFolder
from local_glue.runs.outcome import Outcome
from local_glue.sessions import records
from local_glue.sessions.manager import SessionManager
from local_glue.store import Scope

pytestmark = pytest.mark.timeout(60)
SCOPE = Scope("000000000000", "us-east-1")


class Process:
    """In the place of an execution: answers each statement by its code, and `exit` by ending."""

    folder = Path()
    outcome = Outcome("SUCCEEDED")

    def __init__(self, *_: object, own_script: Callable[[RunFolder], Path]) -> None:
        self._own_script = own_script
        self._abandoned = ""
        self._connection: socket.socket | None = None

    def execute(self) -> Outcome:
        script = self._own_script(RunFolder(self.folder))
        port, secret = json.loads(script.with_name("connection").read_text("utf-8"))
        with socket.create_connection(("127.0.0.1", port)) as connection:
            self._connection = connection
            with connection.makefile("rw", encoding="utf-8") as line:
                print(secret, file=line, flush=True)
                for request in map(json.loads, line):
                    if request["Code"] == "exit":
                        return self.outcome
                    print(json.dumps({"Status": "ok", "Code": request["Code"]}), file=line, flush=True)
        return Outcome("FAILED", self._abandoned) if self._abandoned else Outcome("STOPPED")

    def stop(self) -> None:
        if self._connection:
            with suppress(OSError):  # the other end was faster
                self._connection.shutdown(socket.SHUT_RDWR)

    def abandon(self, reason: str) -> None:
        self._abandoned = reason
        self.stop()


@pytest.fixture
def manager(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SessionManager:
    """A manager whose sessions have such a process; a minute has a second."""
    monkeypatch.setattr(Process, "folder", tmp_path / "run")
    monkeypatch.setattr("local_glue.sessions.manager.Execution", Process)
    app.sessions = SessionManager(replace(app.settings, minute_seconds=1), app.store, app.runs.drivers)
    return app.sessions


def created(app: App, **params: Any) -> Any:
    """Create a session; give a client when it is ready."""
    glue = client_of(app)
    glue.create_session(Id="s", Role=ROLE, Command={"Name": "glueetl"}, **params)
    wait_for("READY", lambda: status_of(app) == "READY")
    return glue


def status_of(app: App) -> str:
    with app.store.transaction(SCOPE) as documents:
        return str(records.find_session(documents, "s")["Status"])


def ended(app: App) -> tuple[str, str | None]:
    wait_for("the end", lambda: status_of(app) not in ("READY", "STOPPING"))
    session = client_of(app).get_session(Id="s")["Session"]
    return session["Status"], session.get("ErrorMessage")


@pytest.mark.usefixtures("manager")
def test_statements_run_in_their_order_until_the_session_is_stopped(app: App) -> None:
    glue = created(app)
    for code in "ab":
        glue.run_statement(SessionId="s", Code=code)

    def outputs() -> list[Any] | None:
        found = glue.list_statements(SessionId="s")["Statements"]
        return found if {statement["State"] for statement in found} == {"AVAILABLE"} else None

    assert [one["Output"]["Status"] for one in wait_for("both", outputs)] == ["ok", "ok"]
    glue.stop_session(Id="s")
    assert ended(app) == ("STOPPED", None)


@pytest.mark.usefixtures("manager")
def test_a_session_of_which_nothing_is_asked_times_out(app: App) -> None:
    created(app, IdleTimeout=1)
    assert ended(app) == ("TIMEOUT", None)


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (
            Outcome("SUCCEEDED"),
            "The session's process came to its end by itself: a statement has ended it.",
        ),
        (Outcome("FAILED", "Out of memory."), "Out of memory."),
    ],
)
def test_a_process_that_ends_by_itself_fails_the_session(
    app: App, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, reason: str
) -> None:
    monkeypatch.setattr(Process, "outcome", outcome)
    glue = created(app)
    glue.run_statement(SessionId="s", Code="exit")
    assert ended(app) == ("FAILED", reason)


def test_the_end_of_the_service_fails_its_sessions(app: App, manager: SessionManager) -> None:
    created(app)
    manager.stop_all()  # returns when they have ended
    assert ended(app) == (
        "FAILED",
        "The local Glue service was stopped while the session was under way. Create it again.",
    )


@pytest.mark.usefixtures("manager")
def test_a_session_that_is_deleted_has_no_process(app: App) -> None:
    created(app)
    client_of(app).delete_session(Id="s")
    wait_for("no session under way", lambda: not app.sessions.under_way)
