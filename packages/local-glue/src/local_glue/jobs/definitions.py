"""Job definitions: what Glue fills in, and which inputs exclude each other.

Source: CreateJob in the Glue API reference and "Defining job properties" in the developer guide.
"""

from typing import Any

from local_glue.api.errors import EntityNotFoundException, InvalidInputException
from local_glue.api.glue_api_model import Json, pick_members, shape
from local_glue.jobs.capacity_rules import (
    NEWEST_GLUE_VERSION,
    SHELL_CAPACITIES,
    check_capacity,
    version_number,
)
from local_glue.jobs.worker_types import WORKER_TYPES
from local_glue.store import Documents

KIND = "job"
_DEFAULT_GLUE_VERSION = NEWEST_GLUE_VERSION  # what AWS takes for a job that names none
_FIRST_WITH_SHORT_TIMEOUT = 5
_DEFAULT_WORKERS = {"WorkerType": "G.1X", "NumberOfWorkers": 10}
_COMMANDS = ("glueetl", "gluestreaming", "glueray", "pythonshell")
_MOST_RETRIES = 10


def find_job(documents: Documents, name: str) -> Json:
    """Return a job.

    Raises:
        EntityNotFoundException: there is no such job.
    """
    job = documents.get(KIND, name)
    if job is None:
        raise EntityNotFoundException(f"Job with name: {name} not found.")
    return job


def by_name(documents: Documents) -> list[Json]:
    """Return all jobs, by name."""
    return sorted(documents.all(KIND), key=lambda job: str(job["Name"]))


def define_job(name: str, params: Json) -> Json:
    """Check a definition and complete it with Glue's defaults.

    Raises:
        InvalidInputException: the command is no kind of job, or its capacity does not fit.
    """
    command = params["Command"].get("Name")
    if command not in _COMMANDS:
        raise InvalidInputException(f"Command name must be one of {', '.join(_COMMANDS)}, found {command}.")

    _check_counts(params)
    check_capacity(command, params.get("GlueVersion", _DEFAULT_GLUE_VERSION), params)
    job = {**params, "Name": name}
    job.setdefault("MaxRetries", 0)
    job.setdefault("ExecutionProperty", {})
    job["ExecutionProperty"] = {"MaxConcurrentRuns": 1, **job["ExecutionProperty"]}
    job.setdefault("JobMode", "SCRIPT")

    if command == "pythonshell":
        job["Command"] = {"PythonVersion": "3.9", **job["Command"]}
        if "MaxCapacity" not in job and "AllocatedCapacity" not in job:
            job["MaxCapacity"] = SHELL_CAPACITIES[0]
    else:
        job["Command"] = {"PythonVersion": "3", **job["Command"]}
        job.setdefault("GlueVersion", _DEFAULT_GLUE_VERSION)

    job.setdefault("Timeout", _default_timeout(job))
    complete_capacity(job, command)
    return job


def complete_capacity(target: Json, command: str | None) -> None:
    """Fill in the capacity that follows from worker type and number, or the other way round."""
    if "AllocatedCapacity" in target and "MaxCapacity" not in target and "WorkerType" not in target:
        target["MaxCapacity"] = target["AllocatedCapacity"]
    if command != "pythonshell" and "MaxCapacity" not in target:
        for name, value in _DEFAULT_WORKERS.items():
            target.setdefault(name, value)
        target["MaxCapacity"] = WORKER_TYPES[target["WorkerType"]].dpu * target["NumberOfWorkers"]
    if "MaxCapacity" in target:
        target["MaxCapacity"] = float(target["MaxCapacity"])
        target["AllocatedCapacity"] = int(target["MaxCapacity"])


def without_times(job: Json) -> Json:
    """Return what `define_job` gave when the job was created or updated."""
    return {name: value for name, value in job.items() if name not in ("CreatedOn", "LastModifiedOn")}


def to_response(job: Json) -> Json:
    """Return what GetJob answers."""
    return pick_members(job, shape("Job"))


def _check_counts(params: Json) -> None:
    retries = params.get("MaxRetries", 0)
    if not 0 <= retries <= _MOST_RETRIES:
        raise InvalidInputException(f"Max Retries must be from 0 to {_MOST_RETRIES}, found {retries}.")
    most_runs = params.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1)
    if most_runs < 1:
        raise InvalidInputException(f"Max Concurrent Runs must be above 0, found {most_runs}.")


def _default_timeout(job: Json) -> Any:
    return 480 if version_number(job.get("GlueVersion", "")) >= _FIRST_WITH_SHORT_TIMEOUT else 2880
