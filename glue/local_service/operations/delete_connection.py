"""DeleteConnection: remove a connection from the catalog."""

from local_service import connections
from local_service.call import Call
from local_service.model import Json


def delete_connection(call: Call, params: Json) -> Json:
    """Remove the connection."""
    connections.delete(call.documents, params["ConnectionName"])
    return {}
