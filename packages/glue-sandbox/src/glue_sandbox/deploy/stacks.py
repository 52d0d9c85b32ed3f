"""Deploys the project's templates to the sandbox: the emulator's CloudFormation takes them whole.

Glue's resources it hands to the local Glue service. Repeating it is cheap: what has not changed, and is still
there, is left alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glue_sandbox.containers.env_files import has_http_api, runs_no_lambda, write_functions
from glue_sandbox.deploy.artifacts import Artifacts
from glue_sandbox.deploy.buckets import bucket_exists, keys_in
from glue_sandbox.deploy.cloudformation import Stack, apply_stack, list_stacks, stack_resources
from glue_sandbox.deploy.emulator.ignored_properties import set_ignored_properties
from glue_sandbox.deploy.emulator.lambda_as_queue import (
    HTTP_API,
    function_environments,
    http_apis,
    require_one_http_api,
    with_queues,
)
from glue_sandbox.deploy.emulator.orphans import delete_orphaned_buckets, delete_orphaned_glue_resources
from glue_sandbox.deploy.emulator.topic_queue import subscribe_queue
from glue_sandbox.deploy.glue_provisioning import provision
from glue_sandbox.deploy.project.beside_emulator import OF_GLUE, TABLE, split, without_existing
from glue_sandbox.deploy.state import Deployed, DeployState, GlueResource, StackState, read_state, write_state
from glue_sandbox.deploy.templates import Template, choose_parameters, is_named, parameter_text, table_names
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

TOPIC = "AWS::SNS::Topic"


class StackDeployment:
    """One deployment of all templates, in their order: outputs of one are parameters of the next."""

    def __init__(
        self,
        settings: Settings,
        emulator: Callable[[str], Any],
        glue: GlueClient,
        artifacts: Artifacts,
        values: Mapping[str, str],
    ) -> None:
        self._settings, self._emulator, self._glue, self._artifacts = settings, emulator, glue, artifacts
        self._cloudformation: CloudFormationClient = emulator("cloudformation")
        self._before = read_state(settings)
        self._present = list_stacks(self._cloudformation)
        self._values = dict(values)

        self._stacks: dict[str, StackState] = {}
        self._outputs: dict[str, str] = {}
        self._tables: dict[str, str] = {}
        self._of_glue: dict[str, tuple[str, ...]] = {}
        self._apis: dict[str, str] = {}
        self._topics: list[str] = []
        self._changed: list[str] = []
        self._replaced: list[str] = []
        self._functions: list[dict[str, str]] = []
        self._uploaded = False

    def apply(self, name: str, file: Path, template: Template) -> None:
        """Bring one template's stack to what the template says, which stands in `file`."""
        self.apply_template(name, template, choose_parameters(template, self._values, file))

    def apply_template(self, name: str, template: Template, parameters: dict[str, str]) -> None:
        """Bring a stack of this name to what a template says that stands in no file."""
        if runs_no_lambda(self._settings):
            apis = http_apis(template, parameters)
            if apis and not has_http_api(self._settings):
                return
            self._functions += function_environments(template, parameters)
            if apis:
                self._apis |= dict(zip(apis, apis, strict=True))
                require_one_http_api(list(self._apis))
                return
            template = with_queues(template)

        digest = _digest(template, parameters)
        stack = self._unchanged(name, digest) or self._changed_stack(name, template, parameters)

        self._stacks[name] = StackState(stack_id=stack.stack_id, digest=digest)
        self._values |= {**parameters, **stack.outputs}
        self._outputs |= stack.outputs
        self._record_resources(stack, template, parameters)
        self._upload()

    def apply_beside_emulator(self, name: str, template: Template) -> None:
        """Bring an emulator of the user's own, and Glue beside it, to what a template says."""
        full_name = stack_name(self._settings, name)
        held = stack_resources(self._cloudformation, full_name) if full_name in self._present else {}
        others, of_glue = split(template, self._settings.account_id)
        self.apply_template(name, without_existing(others, held, self._emulator), {})
        self._tables |= table_names(template, {})
        if provision(self._settings, of_glue, self._before.glue, self._record_glue):
            self._changed.append(f"{full_name}-glue")
        for made in self._before.glue.values():
            self._of_glue[made.type] = (*self._of_glue.get(made.type, ()), made.name)

    def finish(self) -> Deployed:
        """Write down what is deployed now, and return it."""
        if self._functions:
            write_functions(self._settings, self._functions)
        deployed = Deployed(
            bucket=self._settings.data_bucket,
            artifact_bucket=self._settings.artifact_bucket,
            tables=self._tables,
            glue=self._of_glue,
            apis=self._apis,
            outputs=self._outputs,
            changed=tuple(self._changed),
            replaced=tuple(self._replaced),
        )
        state = DeployState(deployed=deployed, stacks=self._stacks, glue=self._before.glue)
        write_state(self._settings, state)
        return deployed

    def _unchanged(self, name: str, digest: str) -> Stack | None:
        """The stack as it is, when it is the one that was deployed from the same content."""
        stack = self._present.get(stack_name(self._settings, name))
        known = self._before.stacks.get(name)
        if stack and stack.is_ready and known == StackState(stack_id=stack.stack_id, digest=digest):
            return stack
        return None

    def _changed_stack(self, name: str, template: Template, parameters: Mapping[str, str]) -> Stack:
        """Create or update the stack, once nothing that outlived an earlier one is in its way."""
        full_name = stack_name(self._settings, name)
        held: dict[str, str] = {}
        if full_name in self._present:
            held = stack_resources(self._cloudformation, full_name)
        else:
            disposable = self._settings.artifact_bucket
            delete_orphaned_buckets(self._emulator("s3"), template, parameters, disposable)
        if self._before.deployed:
            of_before = self._before.deployed.glue
            self._replaced += delete_orphaned_glue_resources(
                self._glue, template, parameters, held, of_before
            )

        self._forget(name)
        stack = apply_stack(self._cloudformation, full_name, template, parameters)
        set_ignored_properties(self._emulator, stack.name, template)
        self._changed.append(stack.name)
        return stack

    def _forget(self, name: str) -> None:
        """Drop the state of a stack that is about to change: if that fails, it is not as it was, either."""
        stacks = {key: stack for key, stack in self._before.stacks.items() if key != name}
        self._before = self._before.model_copy(update={"stacks": stacks})
        write_state(self._settings, self._before)

    def _record_glue(self, made: Mapping[str, GlueResource]) -> None:
        """Keep what Glue has, also if the next one is refused."""
        self._before = self._before.model_copy(update={"glue": dict(made)})
        write_state(self._settings, self._before)

    def _record_resources(self, stack: Stack, template: Template, parameters: Mapping[str, str]) -> None:
        """Remember the names of tables, of Glue's resources, of HTTP APIs and topics."""
        self._tables |= table_names(template, parameters)
        recorded = (OF_GLUE, HTTP_API, TOPIC, TABLE)
        if not any(each.startswith(recorded) for each in _resource_types(template)):
            return
        names = stack_resources(self._cloudformation, stack.name)
        topics = []
        for logical_id, body in template["Resources"].items():
            if body["Type"] == HTTP_API:
                name = parameter_text(body.get("Properties", {}).get("Name"), parameters)
                self._apis[name or logical_id] = names[logical_id]
            if body["Type"] == TABLE and logical_id in names and not is_named(body):
                self._tables[names[logical_id]] = names[logical_id]
            if body["Type"] == TOPIC and logical_id in names:
                topics.append(names[logical_id])
            if body["Type"].startswith(OF_GLUE) and logical_id in names:
                known = self._of_glue.get(body["Type"], ())
                self._of_glue[body["Type"]] = (*known, names[logical_id])
        # At once: an alarm may tell of its state while other stacks are still being made.
        self._topics += topics
        subscribe_queue(self._emulator, self._topics if topics else ())

    def _upload(self) -> None:
        """Upload the code as soon as its bucket is there: later templates name it."""
        s3: S3Client = self._emulator("s3")
        if self._uploaded or not bucket_exists(s3, self._settings.artifact_bucket):
            return
        upload(s3, self._settings.artifact_bucket, self._artifacts)
        self._uploaded = True


def _resource_types(template: Template) -> set[str]:
    return {body["Type"] for body in template["Resources"].values()}


def stack_name(settings: Settings, template: str) -> str:
    """Return the name of a template's stack in the sandbox; one of CDK has the name that it has on AWS."""
    templates = settings.project.templates
    if templates and templates.cdk_out:
        return template
    return prefixed_stack_name(settings.project.name, template)


def prefixed_stack_name(prefix: str, template: str) -> str:
    """Return the name of a template's stack; such a name has no underscores."""
    return f"{prefix}-{template.replace('_', '-')}"


def upload(s3: S3Client, bucket: str, artifacts: Artifacts) -> None:
    """Upload what is not there yet; a key names its content, so what is there is right."""
    present = keys_in(s3, bucket)
    for artifact in artifacts.files:
        if artifact.key not in present:
            s3.put_object(Bucket=bucket, Key=artifact.key, Body=artifact.body)


def _digest(template: Template, parameters: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()
