"""DeleteDatabase: remove a database and what is in it."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json
from local_service.tags import put_tags


def delete_database(call: Call, params: Json) -> Json:
    """Remove the database, its tables and their partitions; the data in S3 stays."""
    name = catalog.find_database(call.documents, params["Name"])["Name"]
    catalog.delete_database(call.documents, name)
    put_tags(call.documents, f"database/{name}", {})
    return {}
