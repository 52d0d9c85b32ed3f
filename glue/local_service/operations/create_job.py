"""CreateJob: store a job definition."""

from local_service import jobs
from local_service.call import Call
from local_service.errors import AlreadyExistsException
from local_service.model import Json
from local_service.tags import put_tags


def create_job(call: Call, params: Json) -> Json:
    """Complete the definition with Glue's defaults and store it."""
    name = params["Name"]
    if call.documents.get(jobs.KIND, name):
        raise AlreadyExistsException(f"Job with name: {name} already exists.")
    tags = params.pop("Tags", {})
    job = jobs.define_job(name, params)
    job["CreatedOn"] = job["LastModifiedOn"] = call.now
    call.documents.put(jobs.KIND, name, job)
    put_tags(call.documents, f"job/{name}", tags)
    return {"Name": name}
