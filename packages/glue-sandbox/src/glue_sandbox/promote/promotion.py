"""Executes a plan: exactly what it says, in an order that a repetition completes.

1. the stack that holds the artifact bucket, if it is new
2. a note that this promotion has begun
3. code, templates and DAG files under keys that name their content, each hash compared after the upload
4. the other stacks, in their order; one that fails rolls itself back, and nothing after it is touched
5. the release's manifest
6. the DAG folder: the package and other files first, then the DAGs that import them, then what is deleted;
   beside it the start-up script and requirements.txt of MWAA, which is asked whether it has read the DAG
7. the entry in the history, which makes the release the one that is there

Killed anywhere, the same command goes on: what is done is seen to be done. Until the last step the history
names the release before, and the note says that parts of another one may be there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_sandbox.deploy.artifacts import Artifact
from glue_sandbox.deploy.buckets import bucket_exists
from glue_sandbox.deploy.cloudformation import READY, Stack, failures, to_stack
from glue_sandbox.deploy.templates import choose_parameters
from glue_sandbox.errors import SandboxError
from glue_sandbox.promote.airflow import mwaa, own_airflow
from glue_sandbox.promote.airflow.beside_folder import files_beside
from glue_sandbox.promote.airflow.dag_reading import require_dag
from glue_sandbox.promote.airflow.mwaa import locked_version
from glue_sandbox.promote.airflow.requirements import image_lock
from glue_sandbox.promote.begun import There, begin, what_is_there
from glue_sandbox.promote.changes import StackChange, make_change_set
from glue_sandbox.promote.content import Content, checksum
from glue_sandbox.promote.lock import Lock
from glue_sandbox.promote.parameters import given_parameters, setting_names
from glue_sandbox.promote.plan import Plan, dag_changes
from glue_sandbox.promote.releases import Entry, Manifest, record, write_manifest
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.uploads import Presence, present
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.words import counted

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

POLL_SECONDS = 1.0
STACK_SECONDS = 1800.0
Say = Callable[[str], None]


def promote(
    settings: Settings,
    target: Target,
    plan: Plan,
    content: Content,
    manifest: Manifest,
    say: Say,
    lock: Lock | None = None,
) -> None:
    """Do what the plan says; a lock that there was no bucket for yet is taken on the way.

    Raises:
        SandboxError: the environment has moved since the plan was made, or a step failed; what is done stays.
    """
    there = what_is_there(target)
    _refuse_if_moved(target, plan, there)
    promotion = _Promotion(settings, target, plan, content, manifest.id, there, say, lock)

    promotion.upload()
    for change in plan.stacks:
        promotion.stack(change)
        promotion.upload()
    if not promotion.is_uploaded:
        raise SandboxError(
            f"the artifact bucket {target.environment.buckets.artifacts} to be there",
            "no template makes it",
            "correct the template, or [buckets] of the environment",
        )

    write_manifest(target, manifest.model_copy(update={"created_by": target.caller}))
    promotion.dag_folder()
    _require_dag(settings, target, content, say)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    is_back = bool(plan.release)
    record(target, Entry(release=manifest.id, at=now, by=target.caller, is_way_back=is_back, plan=plan.id))


def _require_dag(settings: Settings, target: Target, content: Content, say: Say) -> None:
    """Wait until the environment's Airflow has read the DAG, if it is one that can be asked."""
    airflow, dag_id = target.environment.airflow, settings.project.airflow.dag_id
    if airflow and airflow.mwaa:
        name = f"MWAA {airflow.mwaa}"
        require_dag(mwaa.asked_of(target.mwaa, airflow.mwaa), name, dag_id, content.dag_files)
    elif airflow and airflow.url:
        name = f"Airflow at {airflow.url}"
        with own_airflow.own_airflow(airflow, locked_version(image_lock(settings.project))) as api:
            require_dag(own_airflow.asked_of(api), name, dag_id, content.dag_files)
    else:
        return
    say(f"{name} has read {dag_id} as it is in this release")


def _refuse_if_moved(target: Target, plan: Plan, there: There) -> None:
    """Compare each stack, and the release that is there, with what the plan saw."""
    moved = []
    if there.release != plan.before:
        moved.append(f"release {there.release or 'none'} is there, {plan.before or 'none'} was")
    seen = {plan.id, plan.unfinished.plan if plan.unfinished else ""}
    if there.begun and there.begun.plan not in seen:
        moved.append(f"a promotion of {there.begun.release} began at {there.begun.at} and has not ended")

    for change in plan.stacks:
        found = _found(target.cloudformation, change.stack)
        if found is None:
            if not change.is_new:
                moved.append(f"stack {change.stack} is gone")
            continue
        updated = str(found.get("LastUpdatedTime") or found["CreationTime"])
        is_as_it_was = (found.get("StackId", ""), updated) == (change.stack_id, change.updated)
        if not is_as_it_was and not _is_of_plan(target.cloudformation, change, plan, found):
            what = "is there" if change.is_new else f"was changed at {updated}"
            moved.append(f"stack {change.stack} {what}")

    if moved:
        raise SandboxError(
            f"environment {plan.environment} as it was at {plan.created_at}, when the plan was made",
            "; ".join(moved),
            f"make plan TARGET={plan.environment}, and read it again",
        )


def _found(client: CloudFormationClient, stack: str) -> StackTypeDef | None:
    """The stack; None where there is none, or only a change set of one that was never made."""
    try:
        found = client.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"].get("Message", ""):
            return None
        raise
    return None if found["StackStatus"] == "REVIEW_IN_PROGRESS" else found


def _is_of_plan(client: CloudFormationClient, change: StackChange, plan: Plan, found: StackTypeDef) -> bool:
    """Whether the stack is as this plan has made it, before a promotion of it was killed."""
    name = change.change_set or _own_name(plan)
    last = found.get("ChangeSetId", "")
    if last and name in (last, last.split("/")[1]):
        return True
    try:
        made = client.describe_change_set(StackName=change.stack, ChangeSetName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("ChangeSetNotFound", "ChangeSetNotFoundException"):
            return False
        raise
    return made["ExecutionStatus"] in ("EXECUTE_COMPLETE", "EXECUTE_IN_PROGRESS")


def _own_name(plan: Plan) -> str:
    """The name of change sets that are made during the promotion."""
    return f"promote-{plan.id}"


class _Promotion:
    """One promotion under way."""

    def __init__(
        self,
        settings: Settings,
        target: Target,
        plan: Plan,
        content: Content,
        release: str,
        there: There,
        say: Say,
        lock: Lock | None,
    ) -> None:
        self._settings, self._target, self._plan, self._content = settings, target, plan, content
        self._release, self._there, self._say, self._lock = release, there, say, lock
        self._values = given_parameters(settings, target.environment, content.names)
        self.is_uploaded = False

    def upload(self) -> None:
        """Upload what is not there, as soon as there is a bucket for it."""
        bucket = self._target.environment.buckets.artifacts
        if self.is_uploaded or not bucket_exists(self._target.s3, bucket):
            return
        if self._lock:
            self._lock.take()
        begin(self._target, self._plan.id, self._release, self._content, self._there)
        count = sum(self._put(bucket, artifact) for artifact in self._content.files())
        self.is_uploaded = True
        self._say(f"{counted(count, 'file')} uploaded to s3://{bucket}, all others were there")

    def _put(self, bucket: str, artifact: Artifact) -> bool:
        """Upload one file, checked by S3 itself by its SHA-256; False when it is there, byte for byte."""
        s3 = self._target.s3
        if present(s3, bucket, artifact.key, artifact.body) is Presence.SAME:
            return False
        digest = checksum(artifact.body)
        s3.put_object(Bucket=bucket, Key=artifact.key, Body=artifact.body, ChecksumSHA256=digest)
        body = s3.get_object(Bucket=bucket, Key=artifact.key)["Body"].read()
        if body != artifact.body:
            raise SandboxError(f"s3://{bucket}/{artifact.key} as it was tested", "other bytes", "repeat")
        return True

    def stack(self, change: StackChange) -> None:
        """Bring one stack to the release."""
        template = self._content.templates[change.template]
        found = _found(self._target.cloudformation, change.stack)
        if found and found["StackStatus"].endswith("_IN_PROGRESS"):  # begun by one that was killed
            self._wait(change.stack)
        file = self._settings.project.template(change.template)
        parameters = choose_parameters(template, self._values, file)

        if (
            found
            and not change.change_set
            and _is_of_plan(self._target.cloudformation, change, self._plan, found)
        ):
            arn = ""  # made before this plan's promotion was killed
        elif change.is_new or change.waits_for:
            arn, _ = make_change_set(
                self._target.cloudformation,
                change.stack,
                _own_name(self._plan),
                template,
                parameters,
                self._plan.tags,
                is_new=found is None,
            )
        else:
            arn = change.change_set

        if arn:
            self._execute(change, arn)
        self._protect(change.stack)
        stack = _described(self._target.cloudformation, change.stack)
        self._values |= {**parameters, **stack.outputs}

    def _execute(self, change: StackChange, arn: str) -> None:
        client = self._target.cloudformation
        described = client.describe_change_set(StackName=change.stack, ChangeSetName=arn)
        if described["ExecutionStatus"] == "EXECUTE_COMPLETE":
            return
        if described["ExecutionStatus"] not in ("AVAILABLE", "EXECUTE_IN_PROGRESS"):
            raise SandboxError(
                f"the change set of stack {change.stack} to be executable",
                f"{described['ExecutionStatus']}: {described.get('StatusReason', '')}",
                f"make plan TARGET={self._plan.environment}",
            )
        if described["ExecutionStatus"] == "AVAILABLE":
            client.execute_change_set(StackName=change.stack, ChangeSetName=arn)
        self._wait(change.stack)
        self._say(f"stack {change.stack} {'made' if change.is_new else 'changed'}")

    def _protect(self, stack: str) -> None:
        """Also a stack that was made by a promotion that was killed before it could."""
        client = self._target.cloudformation
        if not client.describe_stacks(StackName=stack)["Stacks"][0].get("EnableTerminationProtection"):
            client.update_termination_protection(EnableTerminationProtection=True, StackName=stack)

    def _wait(self, stack: str) -> None:
        client = self._target.cloudformation
        deadline = time.monotonic() + STACK_SECONDS
        while (found := _described(client, stack)).status.endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                raise SandboxError(
                    f"stack {stack} to be ready within {STACK_SECONDS:.0f} s",
                    found.status,
                    "look at its events in CloudFormation, then: the same command again",
                )
            time.sleep(POLL_SECONDS)
        if found.status not in READY:
            raise SandboxError(
                f"stack {stack} to become CREATE_COMPLETE or UPDATE_COMPLETE",
                f"{found.status}: {failures(client, found)}",
                f"correct what the reason names, then: make plan TARGET={self._plan.environment}",
            )

    def dag_folder(self) -> None:
        """Bring the DAG folder to the release: what DAGs import comes before them."""
        airflow = self._target.environment.airflow
        if airflow is None:
            return
        found = dag_changes(self._target, self._there, self._content)
        changes = {change.name: change.change for change in found}
        s3 = self._target.s3
        for name in sorted(changes, key=lambda name: (changes[name] == "deleted", "/" not in name, name)):
            key = airflow.prefix + name
            if changes[name] == "deleted":
                s3.delete_object(Bucket=airflow.bucket, Key=key)
            else:
                body = self._content.dag_files[name]
                s3.put_object(Bucket=airflow.bucket, Key=key, Body=body, ChecksumSHA256=checksum(body))
        self._say(f"{counted(len(changes), 'file')} changed in {airflow.dags}")
        values = setting_names(self._settings, self._target.environment) | self._values
        project, environment = self._settings.project, self._target.environment
        for key, body in files_beside(project, environment, self._content, self._there, values).items():
            self._beside_the_folder(airflow.bucket, key, body)

    def _beside_the_folder(self, bucket: str, key: str, body: bytes) -> None:
        """Write a file where its text is another; MWAA reads it when the environment is updated."""
        if present(self._target.s3, bucket, key, body) is not Presence.SAME:
            self._target.s3.put_object(Bucket=bucket, Key=key, Body=body, ChecksumSHA256=checksum(body))
            airflow = self._target.environment.airflow
            taken = (
                "MWAA takes it with its next update"
                if airflow and airflow.mwaa
                else "for Airflow's next start"
            )
            self._say(f"s3://{bucket}/{key} written: {taken}")


def _described(client: CloudFormationClient, stack: str) -> Stack:
    return to_stack(client.describe_stacks(StackName=stack)["Stacks"][0])
