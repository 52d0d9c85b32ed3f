"""ResetJobBookmark: let a job read again what it has read."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.bookmarks import entries


def reset_job_bookmark(context: RequestContext, params: Json) -> Json:
    """Reset the job's bookmark, or rewind it to where a run left it."""
    changed = entries.reset(context.documents, params["JobName"], params.get("RunId"))
    return {"JobBookmarkEntry": entries.to_response(changed)}
