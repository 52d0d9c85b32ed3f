"""CreateConnection: add a connection to the catalog."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.catalog import connections


def create_connection(context: RequestContext, params: Json) -> Json:
    """Store a connection that must be new."""
    connections.create(context.documents, params["ConnectionInput"], context.now)
    resource = f"{connections.CONNECTION}/{params['ConnectionInput']['Name']}"
    put_tags(context.documents, resource, params.get("Tags", {}))
    return {"CreateConnectionStatus": "READY"}
