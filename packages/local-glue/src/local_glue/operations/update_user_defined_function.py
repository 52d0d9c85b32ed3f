"""UpdateUserDefinedFunction: replace a function's definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import functions


def update_user_defined_function(context: RequestContext, params: Json) -> Json:
    """Replace the definition; a function can't be renamed."""
    functions.update(
        context.documents, params["DatabaseName"], params["FunctionName"], params["FunctionInput"]
    )
    return {}
