"""DeleteUserDefinedFunction: remove a function from a database."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.catalog import functions


def delete_user_defined_function(call: Call, params: Json) -> Json:
    """Remove the function; its files in S3 stay."""
    functions.delete(call.documents, params["DatabaseName"], params["FunctionName"])
    return {}
