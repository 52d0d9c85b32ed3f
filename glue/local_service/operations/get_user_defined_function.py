"""GetUserDefinedFunction: give a function."""

from local_service import catalog, functions
from local_service.call import Call
from local_service.model import Json


def get_user_defined_function(call: Call, params: Json) -> Json:
    """Give the function's definition."""
    found = functions.find(call.documents, params["DatabaseName"], params["FunctionName"])
    return {"UserDefinedFunction": catalog.shown(found, "UserDefinedFunction")}
