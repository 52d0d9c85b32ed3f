"""BatchDeleteTable: remove many tables of a database."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import EntityNotFoundException
from local_service.model import Json


def batch_delete_table(call: Call, params: Json) -> Json:
    """Remove what is there; tell table by table what is not."""
    database = catalog.resolve_database(call.documents, params["DatabaseName"])["Name"]
    errors = []
    for name in params["TablesToDelete"]:
        if not catalog.delete_table(call.documents, database, name):
            error = EntityNotFoundException(f"Table {name.lower()} not found.")
            errors.append({"TableName": name, "ErrorDetail": error.detail})
    return {"Errors": errors}
