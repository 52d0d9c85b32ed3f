"""GetJobs: give all job definitions, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import Call
from local_glue.jobs import definitions as jobs


def get_jobs(call: Call, params: Json) -> Json:
    """Give the definitions by name."""
    found, more = page(jobs.by_name(call.documents), params, lambda job: job["Name"])
    output: Json = {"Jobs": [jobs.shown(job) for job in found]}
    return output | more
