"""DeleteUserDefinedFunction: remove a function from a database."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.catalog import functions


def delete_user_defined_function(context: RequestContext, params: Json) -> Json:
    """Remove the function; its files in S3 stay."""
    functions.delete(context.documents, params["DatabaseName"], params["FunctionName"])
    return {}
