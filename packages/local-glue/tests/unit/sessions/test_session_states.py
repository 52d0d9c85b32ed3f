"""Sessions and their statements go from state to state as AWS has it, and as what is stored allows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from glue_service.aws import ROLE, refusal
from glue_service.in_process import app_in, client_of

from local_glue.api.glue_api_model import shape
from local_glue.http.app import App
from local_glue.sessions import records
from local_glue.sessions.journal import SessionJournal
from local_glue.sessions.states import SESSION, STATEMENT
from local_glue.store import Scope

SCOPE = Scope("000000000000", "us-east-1")
INTERRUPTED = {"Status": "error", "ErrorName": "KeyboardInterrupt"}


def create(app: App, session_id: str = "s", **params: Any) -> SessionJournal:
    client_of(app).create_session(Id=session_id, Role=ROLE, Command={"Name": "glueetl"}, **params)
    with app.store.transaction(SCOPE) as documents:
        return SessionJournal(app.store, SCOPE, records.find_session(documents, session_id))


def session_of(app: App, session_id: str = "s") -> Any:
    return client_of(app).get_session(Id=session_id)["Session"]


def test_the_states_are_those_of_the_model() -> None:
    assert set(SESSION) == set(shape("SessionStatus").enum)
    assert set(STATEMENT) == set(shape("StatementState").enum) - {"ERROR"}
    for states in (SESSION, STATEMENT):
        assert {following for ways in states.values() for following in ways} <= set(states)


def test_a_session_has_glues_defaults(app: App) -> None:
    create(app)
    session = session_of(app)
    assert session.pop("CreatedOn")
    assert session == {
        "Id": "s",
        "Role": ROLE,
        "Command": {"Name": "glueetl", "PythonVersion": "3"},
        "Status": "PROVISIONING",
        "Progress": 0.0,
        "DefaultArguments": {},
        "GlueVersion": "6.0",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 10,
        "MaxCapacity": 10.0,
        "IdleTimeout": 2880,
    }


@pytest.mark.parametrize(
    ("is_stopped", "ended", "stored"),
    [
        (False, ("FAILED", "as it must"), ("FAILED", "as it must")),
        (False, ("TIMEOUT", None), ("TIMEOUT", None)),
        (True, ("FAILED", "as it must"), ("STOPPED", None)),
    ],
)
def test_who_asked_for_a_stop_is_told_that_it_worked_however_the_process_ended(
    app: App, *, is_stopped: bool, ended: tuple[str, str | None], stored: tuple[str, str | None]
) -> None:
    journal = create(app)
    assert journal.begin_session()
    if is_stopped:
        client_of(app).stop_session(Id="s")
    journal.end_session(*ended)
    session = session_of(app)
    assert (session["Status"], session.get("ErrorMessage")) == stored
    assert session["CompletedOn"] >= session["CreatedOn"]
    assert not journal.begin_session()


@pytest.mark.parametrize(
    ("output", "is_cancelled", "state"),
    [
        ({"Status": "ok"}, False, "AVAILABLE"),
        (INTERRUPTED, False, "AVAILABLE"),  # of the statement's own
        ({"Status": "ok"}, True, "AVAILABLE"),  # it was faster
        (INTERRUPTED, True, "CANCELLED"),
    ],
)
def test_a_statement_is_cancelled_only_if_it_was_asked_for_and_has_worked(
    app: App, output: Any, *, is_cancelled: bool, state: str
) -> None:
    journal, glue = create(app), client_of(app)
    journal.begin_session()
    assert glue.run_statement(SessionId="s", Code="f()")["Id"] == 0
    assert journal.begin_statement(0) == "f()"
    if is_cancelled:
        glue.cancel_statement(SessionId="s", Id=0)
    journal.end_statement(0, output)
    statement = glue.get_statement(SessionId="s", Id=0)["Statement"]
    assert statement.pop("CompletedOn") >= statement.pop("StartedOn")
    assert statement == {"Id": 0, "Code": "f()", "State": state, "Output": output, "Progress": 1.0}


def test_what_waits_is_cancelled_at_once_and_never_run(app: App) -> None:
    journal, glue = create(app), client_of(app)
    journal.begin_session()
    glue.run_statement(SessionId="s", Code="f()")
    glue.cancel_statement(SessionId="s", Id=0)
    assert glue.get_statement(SessionId="s", Id=0)["Statement"]["State"] == "CANCELLED"
    assert journal.begin_statement(0) is None


def test_as_many_sessions_as_a_machine_bears_are_under_way(app: App) -> None:
    for number in range(records.MOST_ALIVE):
        create(app, f"s{number}")
    glue = client_of(app)
    assert refusal(glue.create_session, Id="more", Role=ROLE, Command={"Name": "glueetl"}) == (
        "ResourceNumberLimitExceededException",
        "3 sessions can be under way at once, and are: s0, s1, s2. Stop one of them by StopSession.",
    )
    glue.delete_session(Id="s1")
    create(app, "more")


def test_the_process_of_a_deleted_session_changes_nothing_of_one_that_has_its_id(app: App) -> None:
    former = create(app)
    client_of(app).delete_session(Id="s")
    assert create(app).session["RunId"] != former.session["RunId"]
    assert not former.begin_session()
    former.end_session("FAILED", "of the former")
    assert session_of(app)["Status"] == "PROVISIONING"


@pytest.mark.parametrize(("is_stopped", "state"), [(False, "FAILED"), (True, "STOPPED")])
def test_a_service_that_starts_ends_what_a_former_one_left(
    app: App, tmp_path: Path, *, is_stopped: bool, state: str
) -> None:
    create(app).begin_session()
    client_of(app).run_statement(SessionId="s", Code="f()")
    if is_stopped:
        client_of(app).stop_session(Id="s")
    app.store.close()
    again = app_in(tmp_path)
    again.sessions.recover()
    assert session_of(again)["Status"] == state
    assert ("ended while" in session_of(again).get("ErrorMessage", "")) is not is_stopped


@pytest.mark.parametrize("session_id", ["..", "../../etc", "a b/c:*", "x" * 255])
def test_no_id_leads_out_of_the_folder_of_runs(app: App, session_id: str) -> None:
    run_id = create(app, session_id).session["RunId"]
    assert (app.settings.runs_dir / run_id).resolve().parent == app.settings.runs_dir.resolve()
    assert len(run_id) <= 110
    assert not set(run_id) & set(":*/")
