"""BatchDeleteTable: remove many tables of a database."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.databases import resolve_database
from local_glue.catalog.removal import remove_table


def batch_delete_table(context: RequestContext, params: Json) -> Json:
    """Remove what is there; tell table by table what is not."""
    database = resolve_database(context.documents, params["DatabaseName"])["Name"]
    errors = []
    for name in params["TablesToDelete"]:
        if not remove_table(context.documents, database, name):
            error = EntityNotFoundException(f"Table {name.lower()} not found.")
            errors.append({"TableName": name, "ErrorDetail": error.detail})
    return {"Errors": errors}
