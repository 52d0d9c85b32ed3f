"""ListJobs: give the names of jobs, perhaps only of those with certain tags."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import has_tags
from local_glue.jobs import definitions as jobs


def list_jobs(context: RequestContext, params: Json) -> Json:
    """Return names in their order."""
    wanted = params.get("Tags", {})
    names = [job["Name"] for job in jobs.by_name(context.documents)]
    names = [name for name in names if has_tags(context.documents, f"job/{name}", wanted)]
    found, more = page(names, params, str)
    output: Json = {"JobNames": found}
    return output | more
