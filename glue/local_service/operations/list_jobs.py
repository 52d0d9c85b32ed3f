"""ListJobs: give the names of jobs, perhaps only of those with certain tags."""

from local_service import jobs
from local_service.call import Call
from local_service.model import Json
from local_service.paging import page
from local_service.tags import has_tags


def list_jobs(call: Call, params: Json) -> Json:
    """Give names in their order."""
    wanted = params.get("Tags", {})
    names = [job["Name"] for job in jobs.by_name(call.documents)]
    names = [name for name in names if has_tags(call.documents, f"job/{name}", wanted)]
    found, more = page(names, params, str)
    output: Json = {"JobNames": found}
    return output | more
