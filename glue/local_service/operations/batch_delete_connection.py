"""BatchDeleteConnection: remove many connections from the catalog."""

from local_service import connections
from local_service.call import Call
from local_service.errors import EntityNotFoundException
from local_service.model import Json


def batch_delete_connection(call: Call, params: Json) -> Json:
    """Remove what is there; tell by name what is not."""
    removed, errors = [], {}
    for name in params["ConnectionNameList"]:
        try:
            connections.delete(call.documents, name)
            removed.append(name)
        except EntityNotFoundException as error:
            errors[name] = error.detail
    return {"Succeeded": removed, "Errors": errors}
