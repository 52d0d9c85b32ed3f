"""BatchDeleteTableVersion: forget many former versions of a table."""

from local_glue.api.errors import GlueError
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables.tables import find_table
from local_glue.catalog.tables.versions import remove_version


def batch_delete_table_version(context: RequestContext, params: Json) -> Json:
    """Remove the archived versions that are there; tell version by version what can't be removed."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    errors = []
    for version in params["VersionIds"]:
        try:
            remove_version(context.documents, table, version)
        except GlueError as error:
            errors.append({"TableName": table["Name"], "VersionId": version, "ErrorDetail": error.detail})
    return {"Errors": errors}
