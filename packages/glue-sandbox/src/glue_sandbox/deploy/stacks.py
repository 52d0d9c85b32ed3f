"""Deploys infra/*.yaml to the sandbox: the emulator's CloudFormation takes the whole templates.

Glue's resources it hands to the local Glue service. Repeating it is cheap: what has not changed, and is still
there, is left alone.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from glue_sandbox.containers.env_files import runs_no_lambda, write_handler
from glue_sandbox.deploy.artifacts import Artifacts, build_artifacts
from glue_sandbox.deploy.cloudformation import Stack, apply_stack, list_stacks, stack_resources
from glue_sandbox.deploy.ignored_properties import set_ignored_properties
from glue_sandbox.deploy.lambda_as_queue import handler_variables, with_queues
from glue_sandbox.deploy.orphans import free_bucket_names, free_glue_names
from glue_sandbox.deploy.state import Deployed, DeployState, StackState, read_state, write_state
from glue_sandbox.deploy.templates import TEMPLATES, Template, choose_parameters, load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

STACK_PREFIX = "music-streams-"


def deploy(settings: Settings, *, airflow_url: str, airflow_user: str, airflow_password: str) -> Deployed:
    """Bring the sandbox's resources to what the checkout describes; needs emulator and Glue service up.

    The Airflow values reach the Lambda function that starts the DAG; Airflow itself may start later.
    Raises SandboxError with the failed resource's reason.
    """
    values = {
        "DataBucketName": settings.data_bucket,
        "ArtifactBucketName": settings.artifact_bucket,
        "AirflowApiUrl": airflow_url,
        "AirflowUser": airflow_user,
        "AirflowPassword": airflow_password,
    }
    try:
        return _deploy(settings, values, build_artifacts(settings.root))
    except (BotoCoreError, ClientError) as error:
        raise SandboxError(
            f"the emulator at {settings.emulator_url} and Glue at {settings.endpoint_url} to take infra/",
            str(error),
            "make status, then: make up",
        ) from error


def _deploy(settings: Settings, names: Mapping[str, str], artifacts: Artifacts) -> Deployed:
    emulator = functools.cache(lambda service: _client(settings, service, settings.emulator_url))
    cloudformation: CloudFormationClient = emulator("cloudformation")
    glue: GlueClient = _client(settings, "glue", settings.endpoint_url)
    before = read_state(settings)
    present = list_stacks(cloudformation)
    values = {**names, **artifacts.parameters()}
    stacks: dict[str, StackState] = {}
    changed: list[str] = []
    replaced: list[str] = []
    handlers: dict[str, str] = {}
    for name in TEMPLATES:
        template = load_template(settings.root / "infra" / f"{name}.yaml")
        parameters = choose_parameters(name, template, values)
        if runs_no_lambda(settings):
            handlers |= handler_variables(template, parameters)
            template = with_queues(template)
        digest = _digest(template, parameters)
        stack = _unchanged(present, before, name, digest)
        if stack is None:
            held: dict[str, str] = {}
            if f"{STACK_PREFIX}{name}" in present:
                held = stack_resources(cloudformation, f"{STACK_PREFIX}{name}")
            else:
                free_bucket_names(emulator("s3"), template, parameters, settings.artifact_bucket)
            if before.deployed:
                replaced += free_glue_names(glue, template, parameters, held, before.deployed)
            before = _forgetting(settings, before, name)
            stack = apply_stack(cloudformation, f"{STACK_PREFIX}{name}", template, parameters)
            set_ignored_properties(emulator, stack.name, template)
            changed.append(stack.name)
        stacks[name] = StackState(stack_id=stack.stack_id, digest=digest)
        values |= {**parameters, **stack.outputs}
        if name == "artifacts":
            _upload(emulator("s3"), settings.artifact_bucket, artifacts)
    if handlers:
        write_handler(settings, handlers)
    jobs = _jobs(settings, cloudformation)
    deployed = _describe(settings, values, jobs, tuple(changed), tuple(replaced))
    write_state(settings, DeployState(deployed=deployed, stacks=stacks))
    return deployed


def _unchanged(present: Mapping[str, Stack], before: DeployState, name: str, digest: str) -> Stack | None:
    """The stack as it is, when it is the one that was deployed from the same content."""
    stack = present.get(f"{STACK_PREFIX}{name}")
    known = before.stacks.get(name)
    if stack and stack.is_ready and known == StackState(stack_id=stack.stack_id, digest=digest):
        return stack
    return None


def _forgetting(settings: Settings, before: DeployState, name: str) -> DeployState:
    """The state without a stack that is about to change: if that fails, it is not as it was, either."""
    stacks = {key: stack for key, stack in before.stacks.items() if key != name}
    state = before.model_copy(update={"stacks": stacks})
    write_state(settings, state)
    return state


def _upload(s3: S3Client, bucket: str, artifacts: Artifacts) -> None:
    """Upload what is not there yet; a key names its content, so what is there is right."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    there = {stored["Key"] for page in pages for stored in page.get("Contents", [])}
    for artifact in artifacts.all():
        if artifact.key not in there:
            s3.put_object(Bucket=bucket, Key=artifact.key, Body=artifact.body)


def _jobs(settings: Settings, cloudformation: CloudFormationClient) -> tuple[str, ...]:
    """Names of the jobs, in the order of their template."""
    template = load_template(settings.root / "infra" / "jobs.yaml")
    names = stack_resources(cloudformation, f"{STACK_PREFIX}jobs")
    return tuple(
        names[logical_id]
        for logical_id, body in template["Resources"].items()
        if body["Type"] == "AWS::Glue::Job" and logical_id in names
    )


def _describe(
    settings: Settings,
    values: Mapping[str, str],
    jobs: tuple[str, ...],
    changed: tuple[str, ...],
    replaced: tuple[str, ...],
) -> Deployed:
    tables = load_template(settings.root / "infra" / "tables.yaml")
    return Deployed(
        bucket=values["DataBucketName"],
        artifact_bucket=values["ArtifactBucketName"],
        # A table's default name is the name of its contract.
        tables={str(body["Default"]): values[name] for name, body in tables["Parameters"].items()},
        topic_arn=values["AlertTopicArn"],
        jobs=jobs,
        crawler=values["CrawlerName"],
        catalog_database=values["CatalogDatabaseName"],
        trigger_function_arn=values["TriggerFunctionArn"],
        dag_id=values["DagId"],
        changed=changed,
        replaced=replaced,
    )


def _digest(template: Template, parameters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()


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
