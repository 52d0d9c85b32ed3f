"""UpdateTable: replace a table's definition."""

from local_glue.api.errors import ConcurrentModificationException, InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.keys import TABLE
from local_glue.catalog.tables.table_input import table_input_of
from local_glue.catalog.tables.tables import find_table_or_link, put_table


def update_table(context: RequestContext, params: Json) -> Json:
    """Replace the definition, of a link its target's; count the version up, keep the former one.

    Raises:
        InvalidInputException: it is a link, and its database is one, too.
        ConcurrentModificationException: somebody else has changed the table meanwhile.
    """
    changed = table_input_of(params)
    entry = find_table_or_link(context.documents, params["DatabaseName"], changed["Name"])
    table = resource_links.follow(context.documents, TABLE, entry)
    if resource_links.is_link(entry):
        if entry["DatabaseName"] != params["DatabaseName"].lower():
            raise InvalidInputException("A table link can't be updated through a database link.")
        changed = resource_links.for_target(changed, table)
    if params.get("VersionId", table["VersionId"]) != table["VersionId"]:
        raise ConcurrentModificationException("Update table failed due to concurrent modifications.")
    skip_archive = params.get("SkipArchive", False)
    put_table(context.documents, table["DatabaseName"], changed, context.now, skip_archive=skip_archive)
    return {}
