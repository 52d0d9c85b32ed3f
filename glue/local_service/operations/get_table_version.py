"""GetTableVersion: give a table as it was."""

from local_service import catalog
from local_service.call import Call
from local_service.model import Json


def get_table_version(call: Call, params: Json) -> Json:
    """Give the version asked for, or the table as it is when none is."""
    table = catalog.find_table(call.documents, params["DatabaseName"], params["TableName"])
    wanted = params["VersionId"] if "VersionId" in params else table["VersionId"]
    found = catalog.find_table_version(call.documents, table, wanted)
    return {"TableVersion": {"Table": catalog.shown(found, "Table"), "VersionId": found["VersionId"]}}
