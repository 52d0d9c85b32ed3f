"""Tables of the Data Catalog, and the links that stand for tables of other databases."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.catalog import resource_links
from local_glue.catalog.column_names import in_lower_case
from local_glue.catalog.databases import resolve_database
from local_glue.catalog.keys import TABLE, VERSION, table_key
from local_glue.store import Documents


def find_table(documents: Documents, database: str, name: str) -> Json:
    """Return a table, of a link the one that it means, or raise EntityNotFoundException."""
    return resource_links.follow(documents, TABLE, find_table_or_link(documents, database, name))


def find_table_or_link(documents: Documents, database: str, name: str) -> Json:
    """Return a table, or the link that stands for it.

    Raises:
        EntityNotFoundException: there is neither.
    """
    found = documents.get(TABLE, table_key(database, name))
    if found is None:
        holder = resolve_database(documents, database)["Name"]
        found = documents.get(TABLE, table_key(holder, name))
    if found is None:
        raise EntityNotFoundException(f"Table {name.lower()} not found.")
    return found


def put_table(
    documents: Documents, database: str, table_input: Json, now: float, *, skip_archive: bool = False
) -> Json:
    """Store a table; one that exists keeps its creation time, gets the next version, and is archived."""
    database, name = database.lower(), table_input["Name"].lower()
    former = documents.get(TABLE, table_key(database, name))
    if former and not skip_archive:
        archived = f"{table_key(database, name)}/{former['VersionId']}"
        documents.put(VERSION, archived, former, parent=table_key(database, name))

    table = {
        "Retention": 0,
        "PartitionKeys": [],
        "Parameters": {},
        **in_lower_case(table_input),
        "Name": name,
        "DatabaseName": database,
        "CreateTime": former["CreateTime"] if former else now,
        "UpdateTime": now,
        "CatalogId": documents.scope.account,
        "CreatedBy": documents.scope.user,
        "IsRegisteredWithLakeFormation": False,
        "IsMultiDialectView": False,
        "VersionId": str(int(former["VersionId"]) + 1) if former else "0",
    }
    documents.put(TABLE, table_key(database, name), table, parent=database)
    return table
