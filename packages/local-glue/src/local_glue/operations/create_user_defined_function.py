"""CreateUserDefinedFunction: add a function to a database."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import functions


def create_user_defined_function(context: RequestContext, params: Json) -> Json:
    """Store a function that must be new."""
    functions.create(context.documents, params["DatabaseName"], params["FunctionInput"], context.now)
    return {}
