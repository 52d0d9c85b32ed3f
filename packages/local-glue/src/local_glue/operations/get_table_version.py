"""GetTableVersion: give a table as it was."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table
from local_glue.catalog.tables.versions import find_version


def get_table_version(context: RequestContext, params: Json) -> Json:
    """Return the version asked for, or the table as it is when none is."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    wanted = params["VersionId"] if "VersionId" in params else table["VersionId"]
    found = find_version(context.documents, table, wanted)
    return {"TableVersion": {"Table": to_response(found, "Table"), "VersionId": found["VersionId"]}}
