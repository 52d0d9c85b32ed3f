"""CreateDatabase: add a database to the catalog."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import AlreadyExistsException
from local_service.model import Json
from local_service.resource_links import require_target
from local_service.tags import put_tags


def create_database(call: Call, params: Json) -> Json:
    """Store a database that must be new."""
    require_target(params["DatabaseInput"])
    name = params["DatabaseInput"]["Name"].lower()
    if call.documents.get(catalog.DATABASE, name):
        raise AlreadyExistsException("Database already exists.")
    catalog.put_database(call.documents, params["DatabaseInput"], call.now)
    put_tags(call.documents, f"database/{name}", params.get("Tags", {}))
    return {}
