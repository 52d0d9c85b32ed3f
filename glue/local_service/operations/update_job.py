"""UpdateJob: replace a job definition."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json


def update_job(call: Call, params: Json) -> Json:
    """Replace the whole definition: what JobUpdate leaves out gets Glue's default, as on AWS."""
    name = params["JobName"]
    former = jobs.find_job(call.documents, name)
    # Not in the API reference, but AWS refuses an update without them.
    job = jobs.define_job(name, {"Role": former["Role"], "Command": former["Command"], **params["JobUpdate"]})
    job["CreatedOn"] = former["CreatedOn"]
    job["LastModifiedOn"] = call.now
    call.documents.put(jobs.KIND, name, job)
    return {"JobName": name}
