"""CreateUserDefinedFunction: add a function to a database."""

from local_service import functions
from local_service.call import Call
from local_service.model import Json


def create_user_defined_function(call: Call, params: Json) -> Json:
    """Store a function that must be new."""
    functions.create(call.documents, params["DatabaseName"], params["FunctionInput"], call.now)
    return {}
