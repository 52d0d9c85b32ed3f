"""DeleteTableVersion: forget how a table was."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def delete_table_version(call: Call, params: Json) -> Json:
    """Remove an archived version; the table as it is stays."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    catalog.delete_table_version(call.documents, table, params["VersionId"])
    return {}
