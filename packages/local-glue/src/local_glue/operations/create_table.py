"""CreateTable: add a table to the catalog."""

from local_glue.api.errors import AlreadyExistsException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.databases import resolve_database
from local_glue.catalog.keys import TABLE, table_key
from local_glue.catalog.partitions import indexes
from local_glue.catalog.tables.table_input import table_input_of
from local_glue.catalog.tables.tables import put_table


def create_table(context: RequestContext, params: Json) -> Json:
    """Store a new table.

    Raises:
        AlreadyExistsException: there is one of this name.
        InvalidInputException: it is a link, and its database is one, too.
    """
    database = resolve_database(context.documents, params["DatabaseName"])
    wanted = table_input_of(params)
    through_link = database["Name"] != params["DatabaseName"].lower()
    if through_link and resource_links.is_link(wanted):
        raise InvalidInputException("A table link can't be created through a database link.")
    name = wanted["Name"].lower()
    if context.documents.get(TABLE, table_key(database["Name"], name)):
        raise AlreadyExistsException("Table already exists.")
    table = put_table(context.documents, database["Name"], wanted, context.now)
    indexes.create(context.documents, table, params.get("PartitionIndexes", []), context.now)
    return {}
