"""DeleteConnection: remove a connection from the catalog."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import connections


def delete_connection(call: Call, params: Json) -> Json:
    """Remove the connection."""
    connections.delete(call.documents, params["ConnectionName"])
    return {}
