"""CreateTable: add a table to the catalog."""

from local_service import catalog, partition_indexes, resource_links
from local_service.call import Call
from local_service.errors import AlreadyExistsException, InvalidInputException
from local_service.model import Json


def create_table(call: Call, params: Json) -> Json:
    """Store a table that must be new."""
    database = catalog.resolve_database(call.documents, params["DatabaseName"])
    if "TableInput" not in params or "OpenTableFormatInput" in params:
        raise InvalidInputException(
            "TableInput must be given, and no OpenTableFormatInput: the local Glue service makes no "
            "open-format tables. Create an Iceberg table through Spark, Athena or PyIceberg."
        )
    through_link = database["Name"] != params["DatabaseName"].lower()
    if through_link and resource_links.is_link(params["TableInput"]):
        raise InvalidInputException("A table link can't be created through a database link.")
    name = params["TableInput"]["Name"].lower()
    if call.documents.get(catalog.TABLE, catalog.table_key(database["Name"], name)):
        raise AlreadyExistsException("Table already exists.")
    table = catalog.put_table(call.documents, database["Name"], params["TableInput"], call.now)
    partition_indexes.create(call.documents, table, params.get("PartitionIndexes", []), call.now)
    return {}
