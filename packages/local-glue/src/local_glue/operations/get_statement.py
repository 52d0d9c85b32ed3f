"""GetStatement: give a statement, and what came of it."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records, statements


def get_statement(context: RequestContext, params: Json) -> Json:
    """Return a statement of a session that has not ended."""
    session_id = params["SessionId"]
    statements.require_answering(records.find_session(context.documents, session_id))
    statement = statements.find_statement(context.documents, session_id, params["Id"])
    return {"Statement": statements.to_response(statement)}
