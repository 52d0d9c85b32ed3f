"""Tables as they were: each update archives the version before it."""

from local_glue.api.errors import EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.catalog.keys import VERSION, table_key
from local_glue.store import Documents


def list_versions(documents: Documents, table: Json) -> list[Json]:
    """Return the table as it is and as it was, newest first."""
    archived = documents.all(VERSION, parent=table_key(table["DatabaseName"], table["Name"]))
    return sorted([table, *archived], key=lambda version: int(version["VersionId"]), reverse=True)


def find_version(documents: Documents, table: Json, version_id: str) -> Json:
    """Return a table as it was in a version.

    Raises:
        EntityNotFoundException: there is no such version.
    """
    if version_id == table["VersionId"]:
        return table
    version = documents.get(VERSION, f"{table_key(table['DatabaseName'], table['Name'])}/{version_id}")
    if version is None:
        raise EntityNotFoundException("Version not found.")
    return version


def remove_version(documents: Documents, table: Json, version_id: str) -> None:
    """Remove an archived version; the table as it is now stays.

    Raises:
        EntityNotFoundException: there is no such version.
        InvalidInputException: it is the table as it is.
    """
    find_version(documents, table, version_id)
    if version_id == table["VersionId"]:
        raise InvalidInputException(
            f"Version {version_id} is the table as it is: delete the table, or an older version."
        )
    documents.delete(VERSION, f"{table_key(table['DatabaseName'], table['Name'])}/{version_id}")
