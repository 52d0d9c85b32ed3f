"""GetTables: give a database's tables, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.names import compile_pattern
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.databases import resolve_database
from local_glue.catalog.keys import TABLE
from local_glue.catalog.responses import requested_attributes, to_response

_ATTRIBUTES = {"NAME": "Name", "TABLE_TYPE": "TableType"}


def get_tables(context: RequestContext, params: Json) -> Json:
    """Return the tables by name, perhaps only those whose whole name matches an expression."""
    database = resolve_database(context.documents, params["DatabaseName"])
    attributes = requested_attributes(params, _ATTRIBUTES)
    tables = context.documents.all(TABLE, parent=database["Name"])
    if params.get("ResourceShareType") == "FEDERATED":
        tables = []
    if "Expression" in params:
        pattern = compile_pattern(params["Expression"])
        tables = [table for table in tables if pattern.fullmatch(table["Name"])]
    tables.sort(key=lambda table: str(table["Name"]))
    found, more = page(tables, params, lambda table: table["Name"], most=100)
    read = [resource_links.read_through(context.documents, TABLE, entry) for entry in found]
    output: Json = {"TableList": [to_response(table, "Table", attributes) for table in read]}
    return output | more
