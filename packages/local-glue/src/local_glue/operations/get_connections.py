"""GetConnections: give all connections, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog import connections
from local_glue.catalog.responses import to_response


def get_connections(context: RequestContext, params: Json) -> Json:
    """Return the connections by name that pass the filter, without their passwords on request."""
    wanted = params.get("Filter", {})
    matching = [one for one in context.documents.all(connections.CONNECTION) if _passes(one, wanted)]
    matching.sort(key=lambda one: str(one["Name"]))
    found, more = page(matching, params, lambda one: one["Name"])
    answered = [to_response(connections.without_password(one, params), "Connection") for one in found]
    return {"ConnectionList": answered} | more


def _passes(connection: Json, wanted: Json) -> bool:
    criteria = set(connection.get("MatchCriteria", []))
    if not criteria >= set(wanted.get("MatchCriteria", [])):
        return False
    members = ("ConnectionType", "ConnectionSchemaVersion")
    return all(connection[name] == wanted[name] for name in members if name in wanted)
