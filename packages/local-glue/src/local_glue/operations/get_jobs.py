"""GetJobs: give all job definitions, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs


def get_jobs(context: RequestContext, params: Json) -> Json:
    """Return the definitions by name."""
    found, more = page(jobs.by_name(context.documents), params, lambda job: job["Name"])
    output: Json = {"Jobs": [jobs.to_response(job) for job in found]}
    return output | more
