"""CreateDatabase: add a database to the catalog."""

from local_glue.api.errors import AlreadyExistsException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.catalog.databases import put_database
from local_glue.catalog.keys import DATABASE
from local_glue.catalog.resource_links import require_target


def create_database(context: RequestContext, params: Json) -> Json:
    """Store a new database.

    Raises:
        AlreadyExistsException: there is one of this name.
    """
    require_target(params["DatabaseInput"])
    name = params["DatabaseInput"]["Name"].lower()
    if context.documents.get(DATABASE, name):
        raise AlreadyExistsException("Database already exists.")
    put_database(context.documents, params["DatabaseInput"], context.now)
    put_tags(context.documents, f"database/{name}", params.get("Tags", {}))
    return {}
