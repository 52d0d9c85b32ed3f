"""UpdateTable: replace a table's definition."""

from local_service import catalog
from local_service.call import Call
from local_service.errors import ConcurrentModificationException, InvalidInputException
from local_service.model import Json


def update_table(call: Call, params: Json) -> Json:
    """Replace the definition, count its version up, keep the former one; partitions stay as they are."""
    if "TableInput" not in params or "UpdateOpenTableFormatInput" in params:
        raise InvalidInputException(
            "TableInput must be given, and no UpdateOpenTableFormatInput: the local Glue service has no "
            "open-format tables. Change an Iceberg table through Spark, Athena or PyIceberg."
        )
    database, changed = params["DatabaseName"], params["TableInput"]
    table = catalog.find_table(call.documents, database, changed["Name"])
    if params.get("VersionId", table["VersionId"]) != table["VersionId"]:
        raise ConcurrentModificationException("Update table failed due to concurrent modifications.")
    skip_archive = params.get("SkipArchive", False)
    catalog.put_table(call.documents, database, changed, call.now, skip_archive=skip_archive)
    return {}
