"""UpdateConnection: replace a connection's definition."""

from local_service import connections
from local_service.call import Call
from local_service.model import Json


def update_connection(call: Call, params: Json) -> Json:
    """Replace the definition; a connection can't be renamed."""
    connections.update(call.documents, params["Name"], params["ConnectionInput"], call.now)
    return {}
