"""DeleteConnection: remove a connection from the catalog."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import connections


def delete_connection(context: RequestContext, params: Json) -> Json:
    """Remove the connection."""
    connections.delete(context.documents, params["ConnectionName"])
    return {}
