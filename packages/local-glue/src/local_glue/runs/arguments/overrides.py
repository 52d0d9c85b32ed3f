"""What StartJobRun may override, and what Glue refuses there."""

from local_glue.api.glue_api_model import Json
from local_glue.jobs.capacity_rules import check_capacity
from local_glue.runs.arguments.arguments import merge
from local_glue.runs.log_names import check_names


def check_overrides(job: Json, params: Json) -> None:
    """Raise InvalidInputException for overrides that don't fit each other or the job."""
    command = job["Command"]["Name"]
    check_capacity(command, job.get("GlueVersion", ""), params)
    check_names(command, merge(job, params.get("Arguments", {})))
