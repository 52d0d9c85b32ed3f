"""What a job may be given to run with: the same when it is defined and when a run of it overrides that.

Source: CreateJob and StartJobRun in the Glue API reference.
"""

from typing import Any

from local_glue.api.errors import InvalidInputException
from local_glue.api.glue_api_model import Json
from local_glue.jobs.worker_types import WORKER_TYPES

GLUE_VERSIONS = ("0.9", "1.0", "2.0", "3.0", "4.0", "5.0", "5.1", "6.0")
NEWEST_GLUE_VERSION = GLUE_VERSIONS[-1]
SHELL_CAPACITIES = (0.0625, 1)
_LEAST_SPARK_DPU = 2
_LONGEST_TIMEOUT_MINUTES = 10080  # seven days
_FIRST_WITHOUT_MAX_CAPACITY = 2
_FIRST_WITH_FLEX = 3
_ONLY_FOR = {"G.025X": "gluestreaming", "Z.2X": "glueray"}


def check_capacity(command: str, glue_version: Any, params: Json) -> None:
    """Check that what is asked for fits together, and this kind of job.

    Raises:
        InvalidInputException: it does not; says why.
    """
    _check_together(params)
    if "GlueVersion" in params and params["GlueVersion"] not in (*GLUE_VERSIONS, "auto"):
        raise InvalidInputException(
            f"Glue Version must be one of {', '.join(GLUE_VERSIONS)}, auto, found {params['GlueVersion']}."
        )
    if command == "glueray" and "Timeout" in params:
        raise InvalidInputException("Timeout not supported for Ray jobs")

    timeout = params.get("Timeout", 0)
    if timeout > _LONGEST_TIMEOUT_MINUTES:
        raise InvalidInputException(
            f"Timeout must be at most {_LONGEST_TIMEOUT_MINUTES} minutes (7 days), found {timeout}."
        )
    if params.get("NumberOfWorkers", 1) < 1:
        raise InvalidInputException(f"Number of workers must be above 0, found {params['NumberOfWorkers']}.")

    version = version_number(glue_version)
    if command == "pythonshell":
        _check_python_shell(params)
    else:
        _check_spark(command, version, params)
    if params.get("ExecutionClass") == "FLEX" and (command != "glueetl" or version < _FIRST_WITH_FLEX):
        raise InvalidInputException("Execution Class FLEX is for Job Command glueetl of Glue 3.0 and later.")


def _check_together(params: Json) -> None:
    has_workers = "WorkerType" in params or "NumberOfWorkers" in params
    for member, words in (("MaxCapacity", "Max Capacity"), ("AllocatedCapacity", "Allocated Capacity")):
        if has_workers and member in params:
            raise InvalidInputException(
                f"Please do not set {words} if using Worker Type and Number of Workers."
            )
    if "MaxCapacity" in params and "AllocatedCapacity" in params:
        raise InvalidInputException("Please set only Allocated Capacity or Max Capacity.")
    if has_workers and not ("WorkerType" in params and "NumberOfWorkers" in params):
        raise InvalidInputException("Please set both Worker Type and Number of Workers.")


def _check_python_shell(params: Json) -> None:
    if "WorkerType" in params:
        raise InvalidInputException("Worker Type is not supported for Job Command pythonshell")
    capacity = _capacity(params)
    if capacity is not None and capacity not in SHELL_CAPACITIES:
        raise InvalidInputException(f"Max Capacity of a pythonshell job is 0.0625 or 1, found {capacity}.")


def _check_spark(command: str, version: float, params: Json) -> None:
    if "MaxCapacity" in params and version >= _FIRST_WITHOUT_MAX_CAPACITY:
        raise InvalidInputException(
            "Max Capacity can't be set for jobs of Glue 2.0 and later: set Worker Type and Number of Workers."
        )

    capacity = _capacity(params)
    if capacity is not None and (capacity < _LEAST_SPARK_DPU or capacity % 1):
        raise InvalidInputException(
            f"Max Capacity of a {command} job is a whole number from {_LEAST_SPARK_DPU} on, found {capacity}."
        )

    worker = params.get("WorkerType")
    if worker in _ONLY_FOR and command != _ONLY_FOR[worker]:
        raise InvalidInputException(f"Worker Type {worker} is for Job Command {_ONLY_FOR[worker]} only.")
    if worker and version < WORKER_TYPES[worker].since:
        raise InvalidInputException(
            f"Worker Type {worker} is for Glue {WORKER_TYPES[worker].since} and later, found {version}."
        )


def _capacity(params: Json) -> Any:
    return params.get("MaxCapacity", params.get("AllocatedCapacity"))


def version_number(version: Any) -> float:
    """Return a Glue version to compare; 0 for what is none. A job that upgrades itself has the newest."""
    version = NEWEST_GLUE_VERSION if version == "auto" else version
    return float(version) if str(version).replace(".", "", 1).isdigit() else 0.0
