"""What StartJobRun may override, and what Glue refuses there.

Source: StartJobRun in the Glue API reference.
"""

from typing import Any

from local_service.errors import InvalidInputException
from local_service.jobs import SHELL_CAPACITIES, check_capacity
from local_service.model import Json
from local_service.runs.arguments import merge
from local_service.runs.log_names import check_names

_LONGEST_TIMEOUT_MINUTES = 10080  # seven days


def check_overrides(job: Json, params: Json) -> None:
    """Raise InvalidInputException for overrides that don't fit each other or the job."""
    check_capacity(params)
    timeout = params.get("Timeout", 0)
    if timeout > _LONGEST_TIMEOUT_MINUTES:
        raise InvalidInputException(
            f"Timeout must be at most {_LONGEST_TIMEOUT_MINUTES} minutes (7 days), found {timeout}."
        )
    if params.get("NumberOfWorkers", 1) < 1:
        raise InvalidInputException(f"Number of workers must be above 0, found {params['NumberOfWorkers']}.")
    check_names(job["Command"]["Name"], merge(job, params.get("Arguments", {})))
    if job["Command"]["Name"] == "pythonshell":
        _check_python_shell(params)
    else:
        _check_spark(job, params)


def _check_python_shell(params: Json) -> None:
    if "WorkerType" in params:
        raise InvalidInputException("Worker Type is not supported for Job Command pythonshell.")
    capacity = params.get("MaxCapacity", 1.0)
    if capacity not in SHELL_CAPACITIES:
        raise InvalidInputException(
            f"Python shell jobs take 0.0625 or 1 DPU as Max Capacity, found {capacity}."
        )
    _refuse_flex(params)


def _check_spark(job: Json, params: Json) -> None:
    version = _number(job.get("GlueVersion", ""))
    if version >= 2 and "MaxCapacity" in params:
        raise InvalidInputException(
            "Max Capacity can't be set for jobs of Glue 2.0 and later: set Worker Type and Number of Workers."
        )
    if params.get("WorkerType") == "G.025X" and job["Command"]["Name"] != "gluestreaming":
        raise InvalidInputException("Worker Type G.025X is for Job Command gluestreaming only.")
    if version < 3 or job["Command"]["Name"] != "glueetl":
        _refuse_flex(params)


def _refuse_flex(params: Json) -> None:
    if params.get("ExecutionClass") == "FLEX":
        raise InvalidInputException("Execution Class FLEX is for Job Command glueetl of Glue 3.0 and later.")


def _number(version: Any) -> float:
    return float(version) if str(version).replace(".", "", 1).isdigit() else 0.0
