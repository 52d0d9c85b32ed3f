"""DeleteDatabase: remove a database and what is in it."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.catalog.databases import find_database
from local_glue.catalog.removal import remove_database


def delete_database(context: RequestContext, params: Json) -> Json:
    """Remove the database, its tables and their partitions; the data in S3 stays."""
    name = find_database(context.documents, params["Name"])["Name"]
    remove_database(context.documents, name)
    put_tags(context.documents, f"database/{name}", {})
    return {}
