"""A job's worker type and number, as cores and memory of this machine or of executors on a cluster.

Glue's first worker is the driver's, each other one an executor. The settings are the upper bound: a
laptop is smaller than most jobs' workers, but a job of few workers stays small on a large machine.
"""

from dataclasses import replace

from local_glue.api.glue_api_model import Json
from local_glue.jobs.worker_types import WORKER_TYPES, WorkerType
from local_glue.settings import Settings

_MEGABYTES = {"m": 1, "g": 1024}


def fitted(settings: Settings, run: Json) -> Settings:
    """Return the settings with what the run's workers are worth, where that is less."""
    worker, number = _workers(run)
    executors = max(1, number - 1)
    if settings.is_local:  # one process is driver and executors
        return replace(
            settings,
            cores=min(settings.cores, worker.vcpus * executors),
            driver_memory=_smaller(settings.driver_memory, f"{worker.memory_gb * number}g"),
        )

    return replace(
        settings,
        cores=min(settings.cores, worker.vcpus),
        driver_memory=_smaller(settings.driver_memory, f"{worker.memory_gb}g"),
        executor_memory=_smaller(settings.executor_memory, f"{worker.memory_gb}g"),
        executors=executors,
    )


def describe_workers(run: Json) -> str:
    """Return what the run has on AWS."""
    worker, number = _workers(run)
    name = run.get("WorkerType", "DPU")
    return f"{number} {name} ({worker.vcpus * number} vCPUs, {worker.memory_gb * number} GB)"


def describe_fit(settings: Settings, run: Json) -> str:
    """Return what it has here, and which settings bound it."""
    here = fitted(settings, run)
    memory = f"{here.driver_memory} of driver memory"
    bounds = f"GLUE_CORES={settings.cores}, GLUE_DRIVER_MEMORY={settings.driver_memory}"
    if settings.is_local:
        return f"{here.master} with {memory} (at most {bounds})"
    each = f"{here.cores} core(s) and {here.executor_memory} of memory"
    bounds += f", GLUE_EXECUTOR_MEMORY={settings.executor_memory}"
    return f"{here.master} with {here.executors} executor(s) of {each}, and {memory} (at most {bounds})"


def _workers(run: Json) -> tuple[WorkerType, int]:
    """Return type and number; of a capacity in DPUs, one worker of the type Standard for each."""
    if run.get("WorkerType") in WORKER_TYPES:
        return WORKER_TYPES[run["WorkerType"]], run["NumberOfWorkers"]
    return WORKER_TYPES["Standard"], max(1, int(run.get("MaxCapacity", 1)))


def _smaller(one: str, other: str) -> str:
    return min(one, other, key=lambda size: int(size[:-1]) * _MEGABYTES[size[-1]])
