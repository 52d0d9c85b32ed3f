"""GetTableVersions: give a table as it is and as it was, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog.responses import to_response
from local_glue.catalog.tables.tables import find_table
from local_glue.catalog.tables.versions import list_versions

_OLDER_THAN_ALL = 10**12 - 1


def get_table_versions(context: RequestContext, params: Json) -> Json:
    """Return the versions, newest first."""
    table = find_table(context.documents, params["DatabaseName"], params["TableName"])
    versions = list_versions(context.documents, table)
    found, more = page(versions, params, _age, most=100)
    output: Json = {
        "TableVersions": [
            {"Table": to_response(version, "Table"), "VersionId": version["VersionId"]} for version in found
        ]
    }
    return output | more


def _age(version: Json) -> str:
    """Return a key that sorts as the versions do: who deletes a page's versions can ask for the next."""
    return f"{_OLDER_THAN_ALL - int(version['VersionId']):012}"
