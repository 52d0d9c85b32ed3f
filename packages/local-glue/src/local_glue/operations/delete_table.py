"""DeleteTable: remove a table from the catalog."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog.removal import remove_table
from local_glue.catalog.tables.tables import find_table_or_link


def delete_table(context: RequestContext, params: Json) -> Json:
    """Remove the table and its partitions, or a link alone; the data in S3 stays."""
    entry = find_table_or_link(context.documents, params["DatabaseName"], params["Name"])
    remove_table(context.documents, entry["DatabaseName"], entry["Name"])
    return {}
