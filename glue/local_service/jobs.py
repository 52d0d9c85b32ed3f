"""Job definitions: what Glue fills in, and which inputs exclude each other.

Source: CreateJob in the Glue API reference and "Defining job properties" in the developer guide.
"""

from typing import Any

from local_service.errors import EntityNotFoundException, InvalidInputException
from local_service.model import Json, project, shape
from local_service.store import Documents

KIND = "job"
_DEFAULT_GLUE_VERSION = "6.0"  # what AWS takes for a job that names none
_DEFAULT_WORKERS = {"WorkerType": "G.1X", "NumberOfWorkers": 10}
_PYTHON_SHELL_DPU = 0.0625
_DPU_OF_WORKER = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
    "Z.2X": 2.0,
}
_COMMANDS = ("glueetl", "gluestreaming", "glueray", "pythonshell")


def find_job(documents: Documents, name: str) -> Json:
    """Give a job, or raise EntityNotFoundException."""
    job = documents.get(KIND, name)
    if job is None:
        raise EntityNotFoundException(f"Job with name: {name} not found.")
    return job


def define_job(name: str, params: Json) -> Json:
    """Check a definition and complete it with Glue's defaults."""
    check_capacity(params)
    command = params["Command"].get("Name")
    if command not in _COMMANDS:
        raise InvalidInputException(f"Command name must be one of {', '.join(_COMMANDS)}, found {command}.")
    job = {**params, "Name": name}
    job.setdefault("MaxRetries", 0)
    job.setdefault("ExecutionProperty", {})
    job["ExecutionProperty"] = {"MaxConcurrentRuns": 1, **job["ExecutionProperty"]}
    job.setdefault("JobMode", "SCRIPT")
    if command == "pythonshell":
        job["Command"] = {"PythonVersion": "3.9", **job["Command"]}
        if "MaxCapacity" not in job:
            job["MaxCapacity"] = _PYTHON_SHELL_DPU
    else:
        job["Command"] = {"PythonVersion": "3", **job["Command"]}
        job.setdefault("GlueVersion", _DEFAULT_GLUE_VERSION)
    job.setdefault("Timeout", _default_timeout(job))
    complete_capacity(job, command)
    return job


def complete_capacity(target: Json, command: str | None) -> None:
    """Fill in the capacity that follows from worker type and number, or the other way round."""
    if "AllocatedCapacity" in target and "MaxCapacity" not in target and "WorkerType" not in target:
        target["MaxCapacity"] = float(target["AllocatedCapacity"])
    if command != "pythonshell" and "MaxCapacity" not in target:
        for name, value in _DEFAULT_WORKERS.items():
            target.setdefault(name, value)
        target["MaxCapacity"] = _DPU_OF_WORKER[target["WorkerType"]] * target["NumberOfWorkers"]
    if "MaxCapacity" in target:
        target["AllocatedCapacity"] = int(target["MaxCapacity"])


def check_capacity(params: Json) -> None:
    """Raise InvalidInputException for capacities that Glue doesn't take together."""
    has_workers = "WorkerType" in params or "NumberOfWorkers" in params
    if has_workers and "MaxCapacity" in params:
        raise InvalidInputException(
            "Please do not set Max Capacity if using Worker Type and Number of Workers."
        )
    if has_workers and not ("WorkerType" in params and "NumberOfWorkers" in params):
        raise InvalidInputException("Please set both Worker Type and Number of Workers.")


def shown(job: Json) -> Json:
    """Give what GetJob answers."""
    return project(job, shape("Job"))


def _default_timeout(job: Json) -> Any:
    version = job.get("GlueVersion", "")
    return 480 if version[:1].isdigit() and float(version) >= 5 else 2880
