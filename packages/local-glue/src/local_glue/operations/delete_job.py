"""DeleteJob: remove a job definition."""

from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.api.tags import put_tags
from local_glue.bookmarks import entries
from local_glue.jobs import definitions as jobs
from local_glue.runs import records
from local_glue.runs.states import FINAL


def delete_job(context: RequestContext, params: Json) -> Json:
    """Remove the job and the record of its finished runs. As on AWS, no job of that name is no error.

    A run under way goes on to its end; one that waits can't start any more and is an ERROR.
    """
    name = params["JobName"]
    context.documents.delete(jobs.KIND, name)
    context.documents.delete(entries.KIND, name)
    put_tags(context.documents, f"job/{name}", {})
    for run in context.documents.all(records.KIND, parent=name):
        if run["JobRunState"] in FINAL:
            context.documents.delete(records.KIND, run["Id"])
    context.runs.start_waiting(context.documents, name, context.now)
    return {"JobName": name}
