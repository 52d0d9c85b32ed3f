"""StopSession: end a session."""

from local_glue.api.errors import IllegalSessionStateException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records


def stop_session(context: RequestContext, params: Json) -> Json:
    """Store it as STOPPING and end its process.

    Raises:
        InvalidInputException: there is no such session; the model has no other error for it.
        IllegalSessionStateException: it has ended.
    """
    session_id = params["Id"]
    session = context.documents.get(records.KIND, session_id)
    if session is None:
        raise InvalidInputException(f"Session {session_id} not found.")
    if session["Status"] == "STOPPING":
        return {"Id": session_id}
    if not records.change(context.documents, session, "STOPPING"):
        raise IllegalSessionStateException(
            f"Session {session_id} is {session['Status']} and can't be stopped."
        )

    context.documents.after_commit(lambda: context.sessions.stop(session))
    return {"Id": session_id}
