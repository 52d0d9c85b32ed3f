"""StartJobRun: run a job's script."""

from local_glue.api.errors import (
    ConcurrentRunsExceededException,
    EntityNotFoundException,
    InvalidInputException,
)
from local_glue.api.glue_api_model import Json
from local_glue.api.request_context import RequestContext
from local_glue.jobs import definitions as jobs
from local_glue.runs import records
from local_glue.runs.arguments.overrides import check_overrides
from local_glue.runs.states import FINAL, STARTED


def start_job_run(context: RequestContext, params: Json) -> Json:
    """Store a run as STARTING and execute it once it is stored; or let it wait.

    Raises:
        EntityNotFoundException: there is no such job.
        ConcurrentRunsExceededException: as many runs as the job may have are under way.
    """
    name = params["JobName"]
    job = context.documents.get(jobs.KIND, name)
    if job is None:
        raise EntityNotFoundException("Failed to start job run due to missing metadata")

    check_overrides(job, params)
    active = [
        run for run in context.documents.all(records.KIND, parent=name) if run["JobRunState"] in STARTED
    ]
    is_full = len(active) >= job["ExecutionProperty"]["MaxConcurrentRuns"]
    is_queued = params.get("JobRunQueuingEnabled", job.get("JobRunQueuingEnabled", False))
    if is_full and not is_queued:
        raise ConcurrentRunsExceededException(f"Concurrent runs exceeded for {name}")

    previous = _previous(context, name, params["JobRunId"]) if "JobRunId" in params else None
    if previous:
        params = {"Arguments": previous["Arguments"], **params}

    run = records.new_run(job, params, "WAITING" if is_full else "STARTING", context.now)
    jobs.complete_capacity(run, job["Command"]["Name"])
    if previous:
        run.update(PreviousRunId=previous["Id"], Attempt=previous["Attempt"] + 1)

    records.put(context.documents, run)
    if not is_full:
        context.documents.after_commit(lambda: context.runs.start(context.scope, run))
    return {"JobRunId": run["Id"]}


def _previous(context: RequestContext, job_name: str, run_id: str) -> Json:
    """Return the run to retry; its arguments are those of the retry, unless it brings its own."""
    run = context.documents.get(records.KIND, run_id)
    if run is None or run["JobName"] != job_name:
        raise EntityNotFoundException(f"JobRun with id: {run_id} not found.")
    if run["JobRunState"] not in FINAL:
        raise InvalidInputException(
            f"JobRun with id: {run_id} is {run['JobRunState']} and can't be retried yet."
        )
    return run
