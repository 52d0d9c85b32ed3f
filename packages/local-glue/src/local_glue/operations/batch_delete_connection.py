"""BatchDeleteConnection: remove many connections from the catalog."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import connections


def batch_delete_connection(context: RequestContext, params: Json) -> Json:
    """Remove what is there; tell by name what is not."""
    removed, errors = [], {}
    for name in params["ConnectionNameList"]:
        try:
            connections.delete(context.documents, name)
            removed.append(name)
        except EntityNotFoundException as error:
            errors[name] = error.detail
    return {"Succeeded": removed, "Errors": errors}
