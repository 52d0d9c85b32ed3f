"""An Airflow that is no MWAA, known by its URL: is it what the DAGs were proven with, and has it read them?

It reads the DAG folder from the bucket by its own means, such as an `aws s3 sync` every minute; what it has
read is seen by the source of the DAG that it shows.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.airflow.dag_reading import Ask
from glue_sandbox.promote.environment import AirflowTarget

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


def asked_of(api: AirflowApi) -> Ask:
    """Return what reads a path of its API.

    Raises:
        SandboxError: when it is called, and Airflow does not let its user read that.
    """

    def ask(path: str) -> dict[str, Any] | None:
        status, answer = api.invoke("GET", path, {}, None)
        if status not in (FOUND, NOT_FOUND):
            raise SandboxError(
                f"Airflow at {api.url} to answer GET {path}",
                f"HTTP {status}: {answer}",
                "give its user the right to read DAGs, their code and import errors",
            )
        return dict(answer) if status == FOUND else None

    return ask
