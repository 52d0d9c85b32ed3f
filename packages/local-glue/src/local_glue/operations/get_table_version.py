"""GetTableVersion: give a table as it was."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def get_table_version(call: Call, params: Json) -> Json:
    """Give the version asked for, or the table as it is when none is."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    wanted = params["VersionId"] if "VersionId" in params else table["VersionId"]
    found = catalog.find_table_version(call.documents, table, wanted)
    return {"TableVersion": {"Table": catalog.shown(found, "Table"), "VersionId": found["VersionId"]}}
