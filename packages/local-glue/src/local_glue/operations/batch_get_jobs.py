"""BatchGetJobs: give the job definitions of a list of names."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import Call
from local_glue.jobs import definitions as jobs


def batch_get_jobs(call: Call, params: Json) -> Json:
    """Give the jobs that exist, and the names of those that don't."""
    found = {name: call.documents.get(jobs.KIND, name) for name in params["JobNames"]}
    return {
        "Jobs": [jobs.shown(job) for job in found.values() if job],
        "JobsNotFound": [name for name, job in found.items() if not job],
    }
