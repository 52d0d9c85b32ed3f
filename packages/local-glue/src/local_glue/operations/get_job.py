"""GetJob: give a job definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.jobs import definitions as jobs


def get_job(call: Call, params: Json) -> Json:
    """Give the definition, completed with the defaults."""
    return {"Job": jobs.shown(jobs.find_job(call.documents, params["JobName"]))}
