"""BatchStopJobRun: end runs of a job."""

from local_glue.api.errors import EntityNotFoundException
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.runs import records


def batch_stop_job_run(context: RequestContext, params: Json) -> Json:
    """Store each run as STOPPING and end its processes; tell run by run what can't be stopped."""
    name = params["JobName"]
    stopped, errors = [], []
    for run_id in params["JobRunIds"]:
        error = _stop(context, name, run_id)
        if error:
            errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": error})
        else:
            stopped.append({"JobName": name, "JobRunId": run_id})
    return {"SuccessfulSubmissions": stopped, "Errors": errors}


def _stop(context: RequestContext, job_name: str, run_id: str) -> Json | None:
    run = context.documents.get(records.KIND, run_id)
    if run is None or run["JobName"] != job_name:
        return EntityNotFoundException(f"JobRun with id: {run_id} not found.").detail

    state = run["JobRunState"]
    if state == "STOPPING":
        return None

    following = "STOPPED" if state == "WAITING" else "STOPPING"
    ended = {"CompletedOn": context.now} if following == "STOPPED" else {}
    changed = records.change(context.documents, run_id, following, context.now, **ended)
    if changed is None:
        return {
            "ErrorCode": "JobRunInvalidStateTransitionException",
            "ErrorMessage": f"JobRun with id: {run_id} is {state} and can't be stopped.",
        }
    if following == "STOPPING":
        context.documents.after_commit(lambda: context.runs.stop(run_id))
    else:
        context.runs.announce(context.documents, changed)
    return None
