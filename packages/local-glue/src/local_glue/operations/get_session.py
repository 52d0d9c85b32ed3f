"""GetSession: give a session and its state."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records


def get_session(context: RequestContext, params: Json) -> Json:
    """Return the session, completed with the defaults."""
    return {"Session": records.to_response(records.find_session(context.documents, params["Id"]))}
