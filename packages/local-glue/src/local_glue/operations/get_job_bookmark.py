"""GetJobBookmark: give what a job has read."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.bookmarks import entries


def get_job_bookmark(context: RequestContext, params: Json) -> Json:
    """Return the job's bookmark, as it is or as a run left it."""
    found = entries.find(context.documents, params["JobName"], params.get("RunId"))
    return {"JobBookmarkEntry": entries.to_response(found)}
