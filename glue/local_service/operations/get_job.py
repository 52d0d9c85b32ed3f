"""GetJob: give a job definition."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json


def get_job(call: Call, params: Json) -> Json:
    """Give the definition, completed with the defaults."""
    return {"Job": jobs.shown(jobs.find_job(call.documents, params["JobName"]))}
