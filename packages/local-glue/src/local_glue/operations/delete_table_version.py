"""DeleteTableVersion: forget how a table was."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.tables.tables import find_table
from local_glue.catalog.tables.versions import remove_version


def delete_table_version(context: RequestContext, params: Json) -> Json:
    """Remove an archived version; the table as it is stays."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    remove_version(context.documents, table, params["VersionId"])
    return {}
