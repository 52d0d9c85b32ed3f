"""GetJob: give a job definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs


def get_job(context: RequestContext, params: Json) -> Json:
    """Return the definition, completed with the defaults."""
    return {"Job": jobs.to_response(jobs.find_job(context.documents, params["JobName"]))}
