"""An Airflow that is no MWAA, known by its URL: is it what the DAGs were proven with, and has it read them?

It reads the DAG folder from the bucket by its own means, such as an `aws s3 sync` every minute; what it has
read is seen by the source of the DAG that it shows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.environment import AirflowTarget

POLL_SECONDS = 5.0
PATIENCE_SECONDS = 600.0
FOUND, NOT_FOUND = 200, 404


@contextmanager
def own_airflow(
    airflow: AirflowTarget, version: str, environ: Mapping[str, str] = os.environ
) -> Iterator[AirflowApi]:
    """Yield its API, logged in with the password of the variable that the environment's file names.

    Raises:
        SandboxError: the variable is not set.
    """
    password = environ.get(airflow.password_variable, "")
    if not password:
        raise SandboxError(
            f"the password of {airflow.user} at {airflow.url} in the variable {airflow.password_variable}",
            "nothing",
            f"export {airflow.password_variable}=…, then repeat",
        )
    with AirflowApi(airflow.url or "", airflow.user, password, airflow_version=version) as api:
        yield api


def differences(airflow: AirflowTarget, version: str, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return what of it is not as the promotion expects, in words; also that it does not answer."""
    try:
        with own_airflow(airflow, version, environ) as api:
            found = [*_differences(api, version)]
    except SandboxError as error:
        found = [f"expected {error.expected}, found {error.found}"]
    return [f"Airflow at {airflow.url}: {text}" for text in found]


def _differences(api: AirflowApi, version: str) -> Iterator[str]:
    status, answer = api.invoke("GET", "/version", {}, None)
    there = answer.get("version", "") if status == FOUND else f"HTTP {status}"
    if there != version:
        yield f"it runs Airflow {there}, the DAGs were proven with {version}"
    ill = [f"{name} {state}" for name, state in api.health().items() if state != "healthy"]
    if ill:
        yield f"not all of it is healthy: {', '.join(ill)}"


def require_dag(
    api: AirflowApi,
    dag_id: str,
    dag_files: Mapping[str, bytes],
    patience_seconds: float = PATIENCE_SECONDS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until it has read the release's DAG without an import error of the release's files.

    Raises:
        SandboxError: a file can't be imported, or the DAG is not there in time as the release has it.
    """
    deadline = time.monotonic() + patience_seconds
    while True:
        for file, trace in api.import_errors().items():
            if _is_of(file, dag_files):
                last = trace.strip().splitlines()[-1]
                raise SandboxError(
                    f"DAG files that Airflow at {api.url} can import",
                    f"{file}: {last}",
                    "mend it, or go back: make rollback",
                )
        source = _source(api, dag_id)
        if source is not None and source.encode() in dag_files.values():
            return
        if time.monotonic() > deadline:
            raise SandboxError(
                f"this release's {dag_id} in Airflow at {api.url} within {patience_seconds / 60:.0f} min",
                "no such DAG, and no import error" if source is None else "the DAG as it was before",
                "look whether its DAG folder follows the bucket",
            )
        pause(POLL_SECONDS)


def _source(api: AirflowApi, dag_id: str) -> str | None:
    status, answer = api.invoke("GET", f"/dagSources/{dag_id}", {}, None)
    if status not in (FOUND, NOT_FOUND):
        raise SandboxError(
            f"Airflow at {api.url} to show the source of {dag_id}",
            f"HTTP {status}: {answer}",
            "give its user the right to read DAG code",
        )
    return str(answer["content"]) if status == FOUND else None


def _is_of(file: str, names: Collection[str]) -> bool:
    """Whether a path of Airflow's machine is that of one of these files of the DAG folder."""
    return any(f"/{file}".endswith(f"/{name}") for name in names)
