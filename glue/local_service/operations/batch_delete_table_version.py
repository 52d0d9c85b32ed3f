"""BatchDeleteTableVersion: forget many former versions of a table."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import GlueError
from local_service.model import Json


def batch_delete_table_version(call: Call, params: Json) -> Json:
    """Remove the archived versions that are there; tell version by version what can't be removed."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    errors = []
    for version in params["VersionIds"]:
        try:
            catalog.delete_table_version(call.documents, table, version)
        except GlueError as error:
            errors.append({"TableName": table["Name"], "VersionId": version, "ErrorDetail": error.detail})
    return {"Errors": errors}
