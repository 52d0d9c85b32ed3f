"""UpdateUserDefinedFunction: replace a function's definition."""

from local_service import functions
from local_service.call import Call
from local_service.model import Json


def update_user_defined_function(call: Call, params: Json) -> Json:
    """Replace the definition; a function can't be renamed."""
    functions.update(call.documents, params["DatabaseName"], params["FunctionName"], params["FunctionInput"])
    return {}
