"""GetUserDefinedFunctions: give the functions of a database or of all, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.names import compile_pattern
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.catalog import functions
from local_glue.catalog.responses import to_response


def get_user_defined_functions(context: RequestContext, params: Json) -> Json:
    """Return the functions whose whole name matches the pattern, perhaps only those of one type."""
    pattern, wanted = compile_pattern(params["Pattern"]), params.get("FunctionType")
    matching = [
        one
        for one in functions.listed(context.documents, params.get("DatabaseName"))
        if pattern.fullmatch(one["FunctionName"]) and wanted in (None, one.get("FunctionType"))
    ]
    found, more = page(matching, params, functions.key_of, most=100)
    output: Json = {"UserDefinedFunctions": [to_response(one, "UserDefinedFunction") for one in found]}
    return output | more
