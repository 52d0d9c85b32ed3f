"""CreateConnection: add a connection to the catalog."""

from local_service import connections
from local_service.call import Call
from local_service.model import Json
from local_service.tags import put_tags


def create_connection(call: Call, params: Json) -> Json:
    """Store a connection that must be new."""
    connections.create(call.documents, params["ConnectionInput"], call.now)
    resource = f"{connections.CONNECTION}/{params['ConnectionInput']['Name']}"
    put_tags(call.documents, resource, params.get("Tags", {}))
    return {"CreateConnectionStatus": "READY"}
