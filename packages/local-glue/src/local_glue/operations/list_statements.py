"""ListStatements: give the statements of a session."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.sessions import records, statements


def list_statements(context: RequestContext, params: Json) -> Json:
    """Return the statements of a session that has not ended, in their order."""
    session_id = params["SessionId"]
    statements.require_answering(records.find_session(context.documents, session_id))
    stored = context.documents.all(statements.KIND, parent=session_id)
    chosen, more = page(stored, params, lambda statement: f"{statement['Id']:010}")
    output: Json = {"Statements": [statements.to_response(statement) for statement in chosen]}
    return output | more
