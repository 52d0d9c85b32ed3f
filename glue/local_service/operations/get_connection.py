"""GetConnection: give a connection."""

from local_service import catalog, connections
from local_service.call import Call
from local_service.model import Json


def get_connection(call: Call, params: Json) -> Json:
    """Give the connection's definition, without its passwords on request."""
    found = connections.without_password(connections.find(call.documents, params["Name"]), params)
    return {"Connection": catalog.shown(found, "Connection")}
