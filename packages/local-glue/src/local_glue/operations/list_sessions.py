"""ListSessions: give the sessions of every state, perhaps only those with certain tags."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import has_tags
from local_glue.sessions import records


def list_sessions(context: RequestContext, params: Json) -> Json:
    """Return sessions by their ids."""
    tags = params.get("Tags", {})
    sessions = sorted(context.documents.all(records.KIND), key=lambda session: str(session["Id"]))
    tagged = [one for one in sessions if has_tags(context.documents, f"session/{one['Id']}", tags)]
    chosen, more = page(tagged, params, lambda session: str(session["Id"]))
    output: Json = {
        "Ids": [session["Id"] for session in chosen],
        "Sessions": [records.to_response(session) for session in chosen],
    }
    return output | more
