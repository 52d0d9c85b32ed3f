"""GetJobRun: give the state of a run."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs
from local_glue.runs import records


def get_job_run(context: RequestContext, params: Json) -> Json:
    """Return the run's record. There are no predecessors: they belong to workflows.

    Raises:
        EntityNotFoundException: there is no such run.
    """
    run = context.documents.get(records.KIND, params["RunId"])
    if run is None or run["JobName"] != params["JobName"]:
        jobs.find_job(context.documents, params["JobName"])
        raise EntityNotFoundException(f"JobRun with id: {params['RunId']} not found.")
    return {"JobRun": records.to_response(run, context.now)}
