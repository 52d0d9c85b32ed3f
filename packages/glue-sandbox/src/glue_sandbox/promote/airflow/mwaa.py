"""An MWAA environment: whether it is what the DAGs were proven with, and whether it has read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from glue_sandbox.permissions.needed import Permission
from glue_sandbox.promote.airflow.dag_reading import Ask
from glue_sandbox.promote.airflow.execution_role import role_differences
from glue_sandbox.promote.airflow.requirements import FILE as REQUIREMENTS_FILE
from glue_sandbox.promote.airflow.requirements import image_differences
from glue_sandbox.promote.airflow.startup_script import FILE
from glue_sandbox.promote.environment import AirflowTarget
from glue_sandbox.promote.uploads import read_if_there

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

NOT_FOUND = 404
_VERSION = re.compile(r"^apache-airflow==(\S+)", re.MULTILINE)


def locked_version(lock: str) -> str:
    """Return the version of Airflow in a lock."""
    found = _VERSION.search(lock)
    return found[1] if found else ""


def differences(
    clients: tuple[Any, S3Client, IAMClient],
    airflow: AirflowTarget,
    lock: str,
    *,
    has_requirements: bool = False,
    needed: Sequence[Permission] = (),
) -> tuple[str, ...]:
    """Return what of the environment is not as the promotion expects, in words.

    Args:
        clients: MWAA's, S3's for the requirements that the environment installs, and IAM's for its role.
        airflow: which environment, and its DAG folder.
        lock: of the Airflow that the DAGs were proven with.
        has_requirements: whether the project has a requirements.txt, which the environment should install.
        needed: what the role of the environment has to allow.
    """
    client, s3, iam = clients
    if airflow.mwaa is None:
        return ()
    try:
        found = client.get_environment(Name=airflow.mwaa)["Environment"]
    except ClientError as error:
        return (f"MWAA {airflow.mwaa}: {error.response['Error'].get('Message', error)}",)
    texts = [
        *_differences(found, airflow, locked_version(lock)),
        *_requirements(found, s3, lock, has_requirements=has_requirements),
        *_of_role(found, iam, needed),
    ]
    return tuple(f"MWAA {airflow.mwaa}: {text}" for text in texts)


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


def _of_role(found: dict[str, Any], iam: IAMClient, needed: Sequence[Permission]) -> Iterator[str]:
    """Yield what the role of the environment may not do; one that is being made may have none yet."""
    role = found.get("ExecutionRoleArn")
    if needed and role:
        yield from role_differences(iam, role, needed)
    elif needed:
        yield "it names no execution role"


def _requirements(found: dict[str, Any], s3: S3Client, lock: str, *, has_requirements: bool) -> Iterator[str]:
    """Yield how what it installs differs from what the sandbox's Airflow has."""
    installed = found.get("RequirementsS3Path", "")
    if has_requirements:
        if installed != REQUIREMENTS_FILE:
            yield f"it installs {installed or 'no requirements'}, the DAGs need {REQUIREMENTS_FILE}"
        return  # the promotion writes that file, and the plan shows it
    if not installed:
        return
    yield f"it installs {installed}, which the sandbox does not"
    body = read_if_there(s3, found["SourceBucketArn"].rpartition(":")[2], installed)
    if body is None:
        yield f"there is no {installed} in its bucket"
    else:
        text = body.decode("utf-8", "replace")
        yield from (f"{installed} asks for {each}" for each in image_differences(text, lock))


def asked_of(client: Any, name: str) -> Ask:
    """Return what reads a path of an environment's Airflow."""

    def ask(path: str) -> dict[str, Any] | None:
        try:
            answer = client.invoke_rest_api(Name=name, Method="GET", Path=path)
        except ClientError as error:
            if error.response.get("RestApiStatusCode") == NOT_FOUND:
                return None
            raise
        return dict(answer["RestApiResponse"])

    return ask
