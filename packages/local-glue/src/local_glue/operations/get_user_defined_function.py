"""GetUserDefinedFunction: give a function."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import functions
from local_glue.catalog.responses import to_response


def get_user_defined_function(context: RequestContext, params: Json) -> Json:
    """Return the function's definition."""
    found = functions.find(context.documents, params["DatabaseName"], params["FunctionName"])
    return {"UserDefinedFunction": to_response(found, "UserDefinedFunction")}
