"""DeleteUserDefinedFunction: remove a function from a database."""

from local_service import functions
from local_service.call import Call
from local_service.model import Json


def delete_user_defined_function(call: Call, params: Json) -> Json:
    """Remove the function; its files in S3 stay."""
    functions.delete(call.documents, params["DatabaseName"], params["FunctionName"])
    return {}
