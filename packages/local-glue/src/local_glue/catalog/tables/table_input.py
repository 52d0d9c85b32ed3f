"""What CreateTable and UpdateTable ask of a table's definition."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.column_names import require_unique
from local_glue.catalog.resource_links import require_target


def table_input_of(params: Json) -> Json:
    """Return a request's `TableInput`.

    Raises:
        InvalidInputException: it can't be stored as given.
    """
    if "TableInput" not in params or {"OpenTableFormatInput", "UpdateOpenTableFormatInput"} & params.keys():
        raise InvalidInputException(
            "TableInput must be given, and no open table format: the local Glue service keeps definitions "
            "and makes no Iceberg metadata. Use Spark, Athena or PyIceberg for an Iceberg table."
        )
    found: Json = params["TableInput"]
    if any(key.get("Parameters") for key in found.get("PartitionKeys", [])):
        raise InvalidInputException("Parameters not supported for partition columns")
    require_unique(found)
    require_target(found)
    return found
