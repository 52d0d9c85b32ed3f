"""UpdateDatabase: replace a database's definition."""

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.databases import find_database, put_database
from local_glue.catalog.keys import DATABASE


def update_database(context: RequestContext, params: Json) -> Json:
    """Replace the definition, of a link that of its target.

    Raises:
        InvalidInputException: the name would change.
    """
    entry = find_database(context.documents, params["Name"])
    changed = params["DatabaseInput"]
    resource_links.require_target(changed)
    if changed["Name"].lower() != entry["Name"]:
        raise InvalidInputException("Database name cannot be changed.")
    if resource_links.is_link(entry):
        target = resource_links.follow(context.documents, DATABASE, entry)
        changed = resource_links.for_target(changed, target)
    put_database(context.documents, changed, context.now)
    return {}
