"""ListJobs: give the names of jobs, perhaps only of those with certain tags."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import Call
from local_glue.api.tags import has_tags
from local_glue.jobs import definitions as jobs


def list_jobs(call: Call, params: Json) -> Json:
    """Give names in their order."""
    wanted = params.get("Tags", {})
    names = [job["Name"] for job in jobs.by_name(call.documents)]
    names = [name for name in names if has_tags(call.documents, f"job/{name}", wanted)]
    found, more = page(names, params, str)
    output: Json = {"JobNames": found}
    return output | more
