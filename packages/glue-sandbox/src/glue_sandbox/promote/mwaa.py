"""An MWAA environment: whether it is what the DAGs were proven with, and whether it has read them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.environment import AirflowTarget
from glue_sandbox.promote.startup_script import FILE
from glue_sandbox.resources import LOCKS

POLL_SECONDS = 10.0
PATIENCE_SECONDS = 600.0
_VERSION = re.compile(r"^apache-airflow==(\S+)", re.MULTILINE)


def sandbox_version() -> str:
    """Return the version of Airflow that the sandbox runs."""
    found = _VERSION.search((LOCKS / "airflow.txt").read_text(encoding="utf-8"))
    return found[1] if found else ""


def differences(client: Any, airflow: AirflowTarget, version: str) -> tuple[str, ...]:
    """Return what of the environment is not as the promotion expects, in words."""
    if airflow.mwaa is None:
        return ()
    try:
        found = client.get_environment(Name=airflow.mwaa)["Environment"]
    except ClientError as error:
        return (f"MWAA {airflow.mwaa}: {error.response['Error'].get('Message', error)}",)
    return tuple(f"MWAA {airflow.mwaa}: {text}" for text in _differences(found, airflow, version))


def _differences(found: dict[str, Any], airflow: AirflowTarget, version: str) -> Iterator[str]:
    if found["Status"] != "AVAILABLE":
        yield f"it is {found['Status']}"
    if found["AirflowVersion"] != version:
        yield f"it runs Airflow {found['AirflowVersion']}, the DAGs were proven with {version}"
    bucket, folder = found["SourceBucketArn"].rpartition(":")[2], found["DagS3Path"].strip("/")
    if (bucket, folder) != (airflow.bucket, airflow.prefix.strip("/")):
        yield f"it reads its DAGs from s3://{bucket}/{folder}/, not from {airflow.dags}"
    if found.get("StartupScriptS3Path") != FILE:
        yield f"its start-up script is not {FILE}, so the DAGs lack their variables"
    if found.get("RequirementsS3Path"):
        yield f"it installs {found['RequirementsS3Path']}, which the sandbox does not: versions may differ"


def require_dag(
    client: Any,
    airflow: AirflowTarget,
    dag_id: str,
    patience_seconds: float = PATIENCE_SECONDS,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until Airflow has read the DAG without an import error; nothing where it is no MWAA.

    Raises:
        SandboxError: a file can't be imported, or the DAG is not there in time.
    """
    if airflow.mwaa is None:
        return
    deadline = time.monotonic() + patience_seconds
    while True:
        errors = _asked(client, airflow.mwaa, "/importErrors").get("import_errors", [])
        if errors:
            last = str(errors[0]["stack_trace"]).strip().splitlines()[-1]
            raise SandboxError(
                f"DAG files that MWAA {airflow.mwaa} can import",
                f"{errors[0]['filename']}: {last}",
                "mend it, or go back: make rollback",
            )
        if _asked(client, airflow.mwaa, f"/dags/{dag_id}"):
            return
        if time.monotonic() > deadline:
            raise SandboxError(
                f"DAG {dag_id} in MWAA {airflow.mwaa} within {patience_seconds / 60:.0f} min",
                "no such DAG, and no import error",
                "look at the environment's DAG folder and its logs",
            )
        pause(POLL_SECONDS)


def _asked(client: Any, name: str, path: str) -> dict[str, Any]:
    """The answer of Airflow's API; an empty one for what is not there."""
    try:
        answer = client.invoke_rest_api(Name=name, Method="GET", Path=path)
    except ClientError as error:
        if error.response.get("RestApiStatusCode") == 404:
            return {}
        raise
    return dict(answer["RestApiResponse"])
