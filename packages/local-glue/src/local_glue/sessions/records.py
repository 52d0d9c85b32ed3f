"""The stored record of a session: what GetSession answers, the run that its process is, its last statement.

Source: CreateSession in the Glue API reference.
"""

import re
import secrets
from typing import Any

from local_glue.api.errors import EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.jobs import definitions as jobs
from local_glue.jobs.capacity_rules import NEWEST_GLUE_VERSION, check_capacity
from local_glue.sessions import statements
from local_glue.sessions.states import SESSION
from local_glue.store import Documents

KIND = "session"
MOST_ALIVE = 3  # each holds the memory of a driver
LOG_GROUP = "/aws-glue/sessions"
_COMMANDS = ("glueetl", "gluestreaming")
_DEFAULT_MINUTES = 2880  # 48 hours
_NO_NAME = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_NAME = 100


def find_session(documents: Documents, session_id: str) -> Json:
    """Return a session.

    Raises:
        EntityNotFoundException: there is no such session.
    """
    session = documents.get(KIND, session_id)
    if session is None:
        raise EntityNotFoundException(f"Session {session_id} not found.")
    return session


def define_session(params: Json, now: float) -> Json:
    """Check what CreateSession is given and complete it with Glue's defaults.

    Raises:
        InvalidInputException: the command is none of a session, or the capacity does not fit.
    """
    command = params["Command"].get("Name")
    if command not in _COMMANDS:
        raise InvalidInputException(
            f"Command name of a session must be one of {', '.join(_COMMANDS)}, found {command}."
        )

    has_workers = "WorkerType" in params or "NumberOfWorkers" in params
    # Of a session, unlike of a job, the capacity may be given in DPUs whatever its version.
    checked = params if has_workers else {k: v for k, v in params.items() if k != "MaxCapacity"}
    version = params.get("GlueVersion", NEWEST_GLUE_VERSION)
    check_capacity(command, version, checked)
    check_capacity(command, version, {"Timeout": params.get("IdleTimeout", 1)})

    session = {
        "Timeout": _DEFAULT_MINUTES,
        "GlueVersion": version,
        "DefaultArguments": {},
        **params,
        "Command": {"PythonVersion": "3", **params["Command"]},
        "CreatedOn": now,
        "Status": "PROVISIONING",
        "Progress": 0.0,
        "RunId": _run_id(params["Id"]),
    }
    session.setdefault("IdleTimeout", session["Timeout"])
    jobs.complete_capacity(session, command)
    return session


def as_run(session: Json) -> Json:
    """Return the record of a run that is a session's process: no job, and no end of its own."""
    return {
        **session,
        "Id": session["RunId"],
        "Definition": session,
        "Arguments": {"--SESSION_ID": session["Id"]},
        "LogGroupName": LOG_GROUP,
    }


def change(documents: Documents, session: Json, state: str, **fields: Any) -> Json | None:
    """Move a session to a state; None when it is gone, another one of its id, or can't go there."""
    stored = documents.get(KIND, session["Id"])
    if stored is None or stored["RunId"] != session["RunId"] or state not in SESSION[stored["Status"]]:
        return None
    stored.update(fields, Status=state)
    documents.put(KIND, stored["Id"], stored)
    return stored


def end(documents: Documents, session: Json, state: str, now: float, error: str | None) -> Json | None:
    """Store how a session ended; its statements go, as nobody can ask for them any more."""
    seconds = max(0.0, now - session["CreatedOn"])
    fields: Json = {
        "CompletedOn": now,
        "ExecutionTime": seconds,
        "DPUSeconds": seconds * session["MaxCapacity"],
    }
    if error:
        fields["ErrorMessage"] = error
    ended = change(documents, session, state, **fields)
    if ended:
        documents.delete_children(statements.KIND, session["Id"])
    return ended


def to_response(session: Json) -> Json:
    """Return what GetSession answers."""
    return pick_members(session, shape("Session"))


def _run_id(session_id: str) -> str:
    """Return the name of its folder and log streams; an id may be used again, and be any text."""
    return f"{_NO_NAME.sub('_', session_id)[:_LONGEST_NAME]}-{secrets.token_hex(4)}"
