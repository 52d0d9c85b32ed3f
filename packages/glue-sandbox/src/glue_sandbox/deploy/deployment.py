"""Brings the resources to what the project describes, by its templates or else by the project file."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.deploy.cdk.deployment import deploy_cdk_out
from glue_sandbox.deploy.project.from_project_file import deploy_project_file
from glue_sandbox.deploy.project.values import fill, setting_values
from glue_sandbox.deploy.stacks import StackDeployment
from glue_sandbox.deploy.templates import load_template
from glue_sandbox.deploy.terraform.inventory import record_what_is_there
from glue_sandbox.errors import SandboxError

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient

    from glue_sandbox.deploy.state import Deployed
    from glue_sandbox.settings import Settings


def deploy(settings: Settings, *, airflow_url: str, airflow_user: str, airflow_password: str) -> Deployed:
    """Deploy to a sandbox whose emulator and Glue service are up, and return what is there then.

    The Airflow values are for functions that start the DAG; Airflow itself may start later.

    Raises:
        SandboxError: with the failed resource's reason.
    """
    artifacts = build_artifacts(settings.project)
    known = {
        **setting_values(settings),
        **artifacts.names,
        "airflow_url": airflow_url,
        "airflow_user": airflow_user,
        "airflow_password": airflow_password,
    }
    emulator = functools.cache(lambda service: _client(settings, service, settings.emulator_url))
    glue: GlueClient = _client(settings, "glue", settings.endpoint_url)
    templates = settings.project.templates

    try:
        if templates is None:
            return deploy_project_file(settings, emulator, glue, artifacts, known)

        if templates.terraform:
            return record_what_is_there(settings, emulator, glue)

        given = {
            name: fill(text, known, f"templates.parameters.{name}")
            for name, text in templates.parameters.items()
        }
        if templates.cdk_out:
            return deploy_cdk_out(settings, emulator, glue, artifacts, given)

        deployment = StackDeployment(settings, emulator, glue, artifacts, given)
        for name in templates.order:
            file = settings.project.template(name)
            deployment.apply(name, file, load_template(file))
        return deployment.finish()
    except (BotoCoreError, ClientError) as error:
        raise SandboxError(
            f"the emulator at {settings.emulator_url} and Glue at {settings.endpoint_url} to answer",
            str(error),
            "make status, then: make up",
        ) from error


def _client(settings: Settings, service: str, url: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=settings.region,
        aws_access_key_id=settings.access_key,
        aws_secret_access_key=settings.secret_key,
        # Both ends are on this machine: no proxy in between, and no long wait for a dead one.
        config=Config(
            proxies={}, connect_timeout=5, retries={"total_max_attempts": 3}, s3={"addressing_style": "path"}
        ),
    )
