"""RunStatement: evaluate code in a session."""

from local_glue.api.errors import InvalidInputException, SessionBusyException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records, statements


def run_statement(context: RequestContext, params: Json) -> Json:
    """Store a statement as WAITING: those of a session run one after the other.

    Raises:
        InvalidInputException: the session is not ready, or not any more.
        SessionBusyException: too many statements wait already.
    """
    session_id = params["SessionId"]
    session = records.find_session(context.documents, session_id)
    if session["Status"] != "READY":
        raise InvalidInputException(
            f"Session is not ready, session_id={session_id}, status={session['Status']}"
        )

    number = session.get("Statements", 0)
    first_that_may_wait = number - statements.MOST_WAITING
    if first_that_may_wait >= 0:
        first = statements.find_statement(context.documents, session_id, first_that_may_wait)
        if first["State"] == "WAITING":
            raise SessionBusyException(
                f"{statements.MOST_WAITING} statements of session {session_id} wait: "
                "run more when they have run."
            )

    context.documents.put(records.KIND, session_id, {**session, "Statements": number + 1})
    statement = {"Id": number, "Code": params["Code"], "State": "WAITING", "Output": {}, "Progress": 0.0}
    statements.put(context.documents, session_id, statement)
    context.documents.after_commit(lambda: context.sessions.run(session, number))
    return {"Id": number}
