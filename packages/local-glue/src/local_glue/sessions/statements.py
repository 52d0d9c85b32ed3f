"""The stored statements of a session, numbered from 0."""

from typing import Any

from local_glue.api.errors import EntityNotFoundException, IllegalSessionStateException
from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.sessions.states import ENDED, STATEMENT
from local_glue.store import Documents

KIND = "statement"
MOST_WAITING = 100


def require_answering(session: Json) -> None:
    """Check that a session has a process that answers.

    Raises:
        IllegalSessionStateException: it is gone, and the statements with it.
    """
    if session["Status"] in ENDED:
        raise IllegalSessionStateException(
            "Session unavailable, fail to call ReplServer. "
            f"The session {session['Id']} is {session['Status']}."
        )


def find_statement(documents: Documents, session_id: str, number: int) -> Json:
    """Return a statement.

    Raises:
        EntityNotFoundException: the session has none of that number.
    """
    statement = documents.get(KIND, _name(session_id, number))
    if statement is None:
        raise EntityNotFoundException(f"Statement {number} of session {session_id} not found.")
    return statement


def put(documents: Documents, session_id: str, statement: Json) -> None:
    """Store a statement below its session."""
    documents.put(KIND, _name(session_id, statement["Id"]), statement, parent=session_id)


def change(documents: Documents, session_id: str, number: int, state: str, **fields: Any) -> Json | None:
    """Move a statement to a state; None when it is gone or can't go there."""
    statement = documents.get(KIND, _name(session_id, number))
    if statement is None or state not in STATEMENT[statement["State"]]:
        return None
    statement.update(fields, State=state)
    put(documents, session_id, statement)
    return statement


def to_response(statement: Json) -> Json:
    """Return what GetStatement answers."""
    return pick_members(statement, shape("Statement"))


def milliseconds(now: float) -> int:
    """Return a time as statements have it: milliseconds since 1970."""
    return round(now * 1000)


def _name(session_id: str, number: int) -> str:
    return f"{session_id}/{number}"
