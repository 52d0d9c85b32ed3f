"""How much memory each container may take: as the settings say, else enough for the jobs' own sizes.

Two jobs at a time are reckoned with: that many drivers fit beside the Glue service and a waiting driver, and
that many executors into each Spark worker. Sizes are Docker's and Spark's: `700m`, `4g`.
"""

from __future__ import annotations

from collections.abc import Mapping

from glue_sandbox.settings import Settings

JOBS_AT_ONCE = 2
LEAST_GLUE_MB, GLUE_BESIDE_MB = 4096, 2048  # the service, and a driver that waits
LEAST_WORKER_MB, WORKER_BESIDE_MB = 2048, 512  # the worker's own JVM
OUTSIDE_HEAP = 1.25  # of an executor: threads, buffers, its Python


def memory_variables(settings: Settings) -> dict[str, str]:
    """The variables of compose.yaml that bound the containers."""
    glue = max(LEAST_GLUE_MB, GLUE_BESIDE_MB + JOBS_AT_ONCE * megabytes(settings.glue_driver_memory))
    worker = max(LEAST_WORKER_MB, JOBS_AT_ONCE * megabytes(settings.glue_executor_memory))
    return {
        "EMULATOR_MEMORY": settings.emulator_memory,
        "AIRFLOW_MEMORY": settings.airflow_memory,
        "GLUE_MEMORY": settings.glue_memory or f"{glue}m",
        "SPARK_WORKER_MEMORY": f"{worker}m",
        "SPARK_WORKER_CONTAINER_MEMORY": f"{int(worker * OUTSIDE_HEAP) + WORKER_BESIDE_MB}m",
    }


def more_memory(service: str, variables: Mapping[str, str]) -> str:
    """What to type so that a container may take twice as much; empty for those that have no setting."""
    name = f"{service.split('-')[0].upper()}_MEMORY"
    if name not in variables:
        return ""
    now = variables[name].strip("'")
    return f"{name}={2 * int(now[:-1])}{now[-1]} make up"


def megabytes(size: str) -> int:
    """`2g` -> 2048, `700m` -> 700."""
    return int(size[:-1]) * (1024 if size.endswith("g") else 1)
