"""DeleteTableVersion: forget how a table was."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import catalog


def delete_table_version(call: Call, params: Json) -> Json:
    """Remove an archived version; the table as it is stays."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.delete_table_version(call.documents, table, params["VersionId"])
    return {}
