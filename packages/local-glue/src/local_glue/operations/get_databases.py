"""GetDatabases: give all databases, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog import resource_links
from local_glue.catalog.keys import DATABASE
from local_glue.catalog.responses import requested_attributes, to_response

_ATTRIBUTES = {"NAME": "Name", "TARGET_DATABASE": "TargetDatabase"}


def get_databases(context: RequestContext, params: Json) -> Json:
    """Return the databases by name: whole, or only the attributes asked for."""
    attributes = requested_attributes(params, _ATTRIBUTES)
    databases = context.documents.all(DATABASE)
    if params.get("ResourceShareType", "ALL") != "ALL":  # no other account and no federation shares any here
        databases = []
    databases.sort(key=lambda database: str(database["Name"]))
    found, more = page(databases, params, lambda database: database["Name"], most=100)
    read = [resource_links.read_through(context.documents, DATABASE, entry) for entry in found]
    output: Json = {"DatabaseList": [to_response(one, "Database", attributes) for one in read]}
    return output | more
