"""GetJobs: give all job definitions, in pages."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page


def get_jobs(call: Call, params: Json) -> Json:
    """Give the definitions in the order of their creation."""
    found, token = page(call.documents.all(jobs.KIND), params, lambda job: job["Name"])
    output: Json = {"Jobs": [jobs.shown(job) for job in found]}
    return output | ({"NextToken": token} if token else {})
