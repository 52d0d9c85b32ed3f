"""GetJobs: give all job definitions, in pages."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_jobs(call: Call, params: Json) -> Json:
    """Give the definitions by name."""
    found, more = page(jobs.by_name(call.documents), params, lambda job: job["Name"])
    output: Json = {"Jobs": [jobs.shown(job) for job in found]}
    return output | more
