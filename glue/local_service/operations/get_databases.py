"""GetDatabases: give all databases, in pages."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_databases(call: Call, params: Json) -> Json:
    """Give the databases by name."""
    databases = sorted(call.documents.all(catalog.DATABASE), key=lambda database: str(database["Name"]))
    found, token = page(databases, params, lambda database: database["Name"], most=100)
    output: Json = {"DatabaseList": [catalog.shown(database, "Database") for database in found]}
    return output | ({"NextToken": token} if token else {})
