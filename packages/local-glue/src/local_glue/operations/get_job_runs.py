"""GetJobRuns: give a job's runs, in pages."""

from local_glue.api.glue_api_model import Json
from local_glue.api.paging import page
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs
from local_glue.runs import records


def get_job_runs(context: RequestContext, params: Json) -> Json:
    """Return the runs, newest first."""
    jobs.find_job(context.documents, params["JobName"])
    runs = context.documents.all(records.KIND, parent=params["JobName"])[::-1]
    found, more = page(runs, params, lambda run: run["Id"], default=200)
    output: Json = {"JobRuns": [records.to_response(run, context.now) for run in found]}
    return output | more
