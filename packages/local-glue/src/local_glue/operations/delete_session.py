"""DeleteSession: end a session and forget it."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.sessions import records, statements


def delete_session(context: RequestContext, params: Json) -> Json:
    """Remove a session, its statements and its process; its id can be used again at once.

    Raises:
        InvalidInputException: there is no such session; the model has no other error for it.
    """
    session_id = params["Id"]
    session = context.documents.get(records.KIND, session_id)
    if session is None:
        raise InvalidInputException(f"Session {session_id} not found.")

    context.documents.delete_children(statements.KIND, session_id)
    context.documents.delete(records.KIND, session_id)
    put_tags(context.documents, f"session/{session_id}", {})
    context.documents.after_commit(lambda: context.sessions.stop(session))
    return {"Id": session_id}
