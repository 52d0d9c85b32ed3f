"""DeleteTableVersion: forget how a table was."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog.table_versions import remove_version
from local_glue.catalog.tables import find_table


def delete_table_version(call: Call, params: Json) -> Json:
    """Remove an archived version; the table as it is stays."""
    table = find_table(call.documents, params["DatabaseName"], params["TableName"])
    remove_version(call.documents, table, params["VersionId"])
    return {}
