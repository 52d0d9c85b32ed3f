"""BatchGetJobs: give the job definitions of a list of names."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs


def batch_get_jobs(context: RequestContext, params: Json) -> Json:
    """Return the jobs that exist, and the names of those that don't."""
    found = {name: context.documents.get(jobs.KIND, name) for name in params["JobNames"]}
    return {
        "Jobs": [jobs.to_response(job) for job in found.values() if job],
        "JobsNotFound": [name for name, job in found.items() if not job],
    }
