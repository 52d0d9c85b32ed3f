"""UpdateConnection: replace a connection's definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import connections


def update_connection(context: RequestContext, params: Json) -> Json:
    """Replace the definition; a connection can't be renamed."""
    connections.update(context.documents, params["Name"], params["ConnectionInput"], context.now)
    return {}
