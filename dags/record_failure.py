"""record_failure: which step failed, why, and what happens next, in the ledger rows of a run's files.

A job that is killed writes nothing more, so it is recorded here, by Airflow, which sees every end. The step
that succeeds after all, in the same run or a later one, clears what was recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsBaseHook
from botocore.exceptions import ClientError

from music_streams import layout
from music_streams.contracts import STREAMS
from music_streams.deliveries import manifest
from music_streams.ledger import Ledger
from music_streams.threads import in_threads

LATEST_RUNS = 20


def failure_recorder(bucket: str, ledger_table: str, what_next: str) -> Callable[[Mapping[str, Any]], None]:
    """Return a callback for tasks that failed; `what_next` says what is done about it."""

    def record_failure(context: Mapping[str, Any]) -> None:
        """Write one failed try of one task to the rows of the stream files its run has taken up."""
        task = context["ti"]
        batch_id = layout.batch_id_of(task.run_id)
        try:
            files = manifest.read(_client("s3"), bucket, batch_id).of_kind(STREAMS.kind)
        except manifest.ManifestMissingError:
            return  # it has taken up nothing: all is in landing, for the next run to find

        why = glue_error(latest_run(_client("glue"), context)) or str(
            context.get("exception") or "its process exited without a message"
        )
        ledger = Ledger(_client("dynamodb"), ledger_table, batch_id)
        in_threads(lambda file: ledger.step_failed(file, task.task_id, why, what_next), files)

    return record_failure


def latest_run(glue: Any, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the task's latest Glue run for this batch; empty where it is no Glue job, or none began.

    Glue is asked of jobs alone: Airflow's role may look at no others.
    """
    job_name = getattr(context["task"], "job_name", "")
    if not job_name:
        return {}
    try:
        runs = glue.get_job_runs(JobName=job_name, MaxResults=LATEST_RUNS)["JobRuns"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "EntityNotFoundException":
            return {}
        raise

    batch_id = layout.batch_id_of(context["ti"].run_id)
    of_batch = [
        run for run in runs if layout.batch_id_of(run.get("Arguments", {}).get("--batch_id", "")) == batch_id
    ]
    return max(of_batch, key=lambda run: run["StartedOn"], default={})


def glue_error(run: Mapping[str, Any]) -> str:
    """Return what Glue says of a run that failed, as the operator's own exception holds its state only."""
    return f"{run['JobRunState']}: {run['ErrorMessage']}" if run.get("ErrorMessage") else ""


def _client(service: str) -> Any:
    return AwsBaseHook(client_type=service).get_conn()
