"""CancelStatement: end a statement, and not its session."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records, statements


def cancel_statement(context: RequestContext, params: Json) -> Json:
    """Store a statement that waits as CANCELLED, one that runs as CANCELLING, and interrupt that.

    Raises:
        InvalidInputException: it has come to its end.
    """
    session_id, number = params["SessionId"], params["Id"]
    session = records.find_session(context.documents, session_id)
    statements.require_answering(session)
    state = statements.find_statement(context.documents, session_id, number)["State"]
    if state == "CANCELLING":
        return {}
    if statements.change(context.documents, session_id, number, "CANCELLING"):
        context.documents.after_commit(lambda: context.sessions.cancel(session, number))
    elif not statements.change(context.documents, session_id, number, "CANCELLED"):
        raise InvalidInputException(f"Statement {number} of session {session_id} is {state} already.")
    return {}
