"""UpdateTable: replace a table's definition."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import InvalidInputException
from local_service.model import Json


def update_table(call: Call, params: Json) -> Json:
    """Replace the definition and count its version up; partitions stay as they are."""
    if "TableInput" not in params:
        raise InvalidInputException(
            "TableInput must be given: the local Glue service has no open-format tables."
        )
    name = params["TableInput"]["Name"]
    table = catalog.find_table(call.documents, params["DatabaseName"], name)
    version = params.get("VersionId", table["VersionId"])
    if version != table["VersionId"]:
        raise InvalidInputException(f"VersionId {version} is not the table's: it is {table['VersionId']}.")
    catalog.put_table(call.documents, params["DatabaseName"], params["TableInput"], call.now)
    return {}
