"""GetConnection: give a connection."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import connections
from local_glue.catalog.responses import to_response


def get_connection(context: RequestContext, params: Json) -> Json:
    """Return the connection's definition, without its passwords on request."""
    found = connections.without_password(connections.find(context.documents, params["Name"]), params)
    return {"Connection": to_response(found, "Connection")}
