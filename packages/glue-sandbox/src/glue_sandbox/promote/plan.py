"""The plan: what a promotion would do to an environment, as a file that it then does exactly, or refuses."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from glue_sandbox.deploy.buckets import bucket_exists
from glue_sandbox.deploy.cloudformation import BROKEN, Stack, list_stacks
from glue_sandbox.deploy.stacks import prefixed_stack_name
from glue_sandbox.deploy.templates import Template, choose_parameters, load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.private_files import made_private
from glue_sandbox.promote.airflow import own_airflow
from glue_sandbox.promote.airflow.beside_folder import files_beside
from glue_sandbox.promote.airflow.execution_role import needs_of_airflow
from glue_sandbox.promote.airflow.files import TextChange, text_change
from glue_sandbox.promote.airflow.mwaa import differences, locked_version
from glue_sandbox.promote.airflow.requirements import FILE as REQUIREMENTS_FILE
from glue_sandbox.promote.airflow.requirements import image_differences, image_lock
from glue_sandbox.promote.begun import Begun, There, what_is_there
from glue_sandbox.promote.changes import ResourceChange, StackChange, make_change_set, new_stack
from glue_sandbox.promote.content import Content, sha256
from glue_sandbox.promote.drift import drift_of
from glue_sandbox.promote.environment import stack_prefix
from glue_sandbox.promote.parameters import given_parameters, require_known, setting_names
from glue_sandbox.promote.releases import release_id
from glue_sandbox.promote.target import Target
from glue_sandbox.promote.uploads import Presence, present
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

PROJECT, ENVIRONMENT = "project", "environment"
"""Tags that say whose a stack is."""
RELEASE, COMMIT = "release", "commit"
"""Tags that say what a stack was changed by last."""


class FileChange(BaseModel):
    """A file that would be written or deleted."""

    model_config = ConfigDict(frozen=True)

    name: str
    change: str
    """new, changed, or deleted."""


class Plan(BaseModel):
    """All of it; no secret is in it."""

    model_config = ConfigDict(frozen=True)

    id: str
    environment: str
    account_id: str
    region: str
    created_at: str
    digest: str
    """Of the content that is promoted."""
    release: str = ""
    """The release that it goes back to; empty for what the checkout holds."""
    before: str = ""
    """The release that is there."""
    unfinished: Begun | None = None
    """A promotion that has begun and not ended: parts of another release may be there, too."""
    code: tuple[FileChange, ...] = ()
    """Job scripts, packages and functions that are not in the artifact bucket."""
    dag_files: tuple[FileChange, ...] = ()
    airflow_files: tuple[TextChange, ...] = ()
    """The start-up script and the requirements, beside the DAG folder."""
    stacks: tuple[StackChange, ...] = ()
    left_stacks: tuple[str, ...] = ()
    """Stacks of the environment that another release has brought, and that no template of this one makes."""
    airflow: tuple[str, ...] = ()
    """What of MWAA is not as the promotion expects, in words."""
    tags: dict[str, str] = {}
    """Of every stack that is made or changed."""

    @property
    def losses(self) -> tuple[ResourceChange, ...]:
        """Resources whose data would be gone."""
        return tuple(change for stack in self.stacks for change in stack.resources if change.loses_data)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, not even to say that what is there is one release again."""
        has_changes = any(stack.resources or stack.waits_for for stack in self.stacks)
        return not (self.code or self.dag_files or self.airflow_files or has_changes or self.unfinished)


def make_plan(settings: Settings, target: Target, content: Content, commit: str, release: str = "") -> Plan:
    """Ask the environment what would change.

    Args:
        settings: the project and its settings.
        target: the environment.
        content: what would be there.
        commit: what it was made of; empty outside of git.
        release: the one to go back to; empty for a new one.

    Raises:
        SandboxError: CloudFormation refuses a template, a stack is in a state that can't be changed, or the
            environment gives a parameter that no template has.
    """
    if not release:  # a template of long ago may not have what one of today asks for
        require_known(target.environment, _all_templates(settings, content))
    plan_id = uuid.uuid4().hex[:12]
    now = datetime.now(UTC).replace(microsecond=0)
    tags = {
        **target.environment.tags,
        PROJECT: settings.project.name,
        ENVIRONMENT: target.environment.name,
        RELEASE: release or release_id(content, now),
        **({COMMIT: commit} if commit else {}),
    }
    there = what_is_there(target)
    values = given_parameters(settings, target.environment, content.names)
    present_stacks = list_stacks(target.cloudformation)
    stacks = tuple(_stack_changes(settings, target, content, plan_id, tags, values, present_stacks))
    values = setting_names(settings, target.environment) | values
    return Plan(
        id=plan_id,
        environment=target.environment.name,
        account_id=target.environment.account_id,
        region=target.environment.region,
        created_at=now.isoformat(),
        digest=content.digest,
        release=release,
        before=there.release,
        unfinished=there.begun,
        code=tuple(_new_code(there, content)),
        dag_files=tuple(dag_changes(target, there, content)),
        airflow_files=tuple(_airflow_files(settings, target, content, there, values)),
        stacks=stacks,
        left_stacks=tuple(_left_stacks(stacks, tags, present_stacks.values())),
        airflow=tuple(_airflow_differences(settings, target, content)),
        tags=tags,
    )


def _stack_changes(
    settings: Settings,
    target: Target,
    content: Content,
    plan_id: str,
    tags: Mapping[str, str],
    values: dict[str, str],
    present_stacks: Mapping[str, Stack],
) -> Iterable[StackChange]:
    """Yield each stack's change; `values` gets the parameters and outputs of those that are there."""
    prefix = stack_prefix(settings.project, target.environment)
    waits_for = ""

    for name, template in content.templates.items():
        stack = prefixed_stack_name(prefix, name)
        found = present_stacks.get(stack)
        if found is None or found.status == "REVIEW_IN_PROGRESS":
            waits_for = waits_for or stack
            yield new_stack(name, stack, template, values)
            continue
        if found.status in BROKEN or found.status.endswith("_IN_PROGRESS"):
            raise SandboxError(
                f"stack {stack} to be one that can be changed",
                found.status,
                "look at its events in CloudFormation; delete it if it never came to its end",
            )
        described = target.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
        as_it_is = StackChange(
            template=name,
            stack=stack,
            is_new=False,
            stack_id=found.stack_id,
            updated=str(described.get("LastUpdatedTime") or described["CreationTime"]),
            drift=(*drift_of(target.cloudformation, stack), *_unprotected(described)),
        )
        if waits_for and _needs_outputs(template, values):
            yield as_it_is.model_copy(update={"waits_for": waits_for})
            continue

        parameters = choose_parameters(template, values, settings.project.template(name))
        # A new release's tags alone are no change: with the old ones it is seen whether there is another.
        name_and_all = (target.cloudformation, stack, f"plan-{plan_id}", template, parameters)
        own = {key: found.tags[key] for key in (RELEASE, COMMIT) if key in found.tags}
        same = {key: value for key, value in tags.items() if key not in (RELEASE, COMMIT)}
        arn, changes = make_change_set(*name_and_all, same | own, is_new=False)
        if arn:
            arn, _ = make_change_set(*name_and_all, tags, is_new=False)
        values |= {**parameters, **found.outputs}
        yield as_it_is.model_copy(update={"change_set": arn, "resources": changes})


def _all_templates(settings: Settings, content: Content) -> Iterator[Template]:
    """Yield the templates of the stacks, and the others beside them: Airflow's role is read from one."""
    yield from content.templates.values()
    templates = settings.project.templates
    if templates and templates.folder:
        beside = sorted(settings.project.template("any").parent.glob("*.yaml"))
        yield from (load_template(file) for file in beside if file.stem not in content.templates)


def _left_stacks(
    changes: Sequence[StackChange], tags: Mapping[str, str], present_stacks: Iterable[Stack]
) -> Iterator[str]:
    """Yield the environment's other stacks, by their tags."""
    of_content = {change.stack for change in changes}
    for stack in present_stacks:
        if stack.name not in of_content and all(stack.tags.get(k) == tags[k] for k in (PROJECT, ENVIRONMENT)):
            yield stack.name


def _airflow_files(
    settings: Settings,
    target: Target,
    content: Content,
    there: There,
    values: Mapping[str, str],
) -> Iterator[TextChange]:
    """Yield what would change beside the DAG folder; of stacks that are not there yet, nothing is known."""
    airflow = target.environment.airflow
    if airflow is None:
        return
    files = files_beside(settings.project, target.environment, content, there, values)
    for name, body in files.items():
        if change := text_change(target.s3, airflow.bucket, name, body):
            yield change


def _airflow_differences(settings: Settings, target: Target, content: Content) -> Iterator[str]:
    lock = image_lock(settings.project)
    if content.requirements is not None:
        text = content.requirements.decode("utf-8", "replace")
        yield from (f"{REQUIREMENTS_FILE} asks for {each}" for each in image_differences(text, lock))
    airflow = target.environment.airflow
    if airflow and airflow.mwaa:
        yield from differences(
            (target.mwaa, target.s3, target.iam),
            airflow,
            lock,
            has_requirements=content.requirements is not None,
            needed=needs_of_airflow(settings, target.environment),
        )
    elif airflow and airflow.url:
        yield from own_airflow.differences(airflow, locked_version(lock))


def _unprotected(described: StackTypeDef) -> Iterator[str]:
    if not described.get("EnableTerminationProtection"):
        yield "termination protection is off; the promotion turns it on"


def _needs_outputs(template: Template, values: Mapping[str, str]) -> bool:
    """Whether a parameter has neither a value nor a default yet."""
    return any(
        name not in values and "Default" not in description
        for name, description in template.get("Parameters", {}).items()
    )


def _new_code(there: There, content: Content) -> Iterable[FileChange]:
    """Yield what of the code differs from the release that is there."""
    before = {_plain_name(key): digest for key, digest in there.hashes.items()}
    for artifact in content.code:
        name = _plain_name(artifact.key)
        if before.get(name) != sha256(artifact.body):
            yield FileChange(name=name, change="changed" if name in before else "new")


def _plain_name(key: str) -> str:
    """Return a key without the folder that is named by a hash."""
    folder, _, rest = key.partition("/")
    return f"{folder}/{rest.partition('/')[2]}"


def dag_changes(target: Target, there: There, content: Content) -> Iterable[FileChange]:
    """Yield what would change in the DAG folder; files that no release brought there are left alone.

    Raises:
        SandboxError: the folder's bucket is not there.
    """
    airflow = target.environment.airflow
    if airflow is None:
        return
    if not bucket_exists(target.s3, airflow.bucket):
        raise SandboxError(
            f"the bucket of {airflow.dags}, which environments/{target.environment.name}.toml names",
            "no such bucket",
            "create the Airflow environment first, or correct the file",
        )
    for name, body in content.dag_files.items():
        found = present(target.s3, airflow.bucket, airflow.prefix + name, body)
        if found is not Presence.SAME:
            yield FileChange(name=name, change="new" if found is Presence.NONE else "changed")
    for name in sorted(there.dag_files - content.dag_files.keys()):
        yield FileChange(name=name, change="deleted")


def save(plan: Plan, folder: Path) -> Path:
    """Write a plan's file, for its owner alone; return it."""
    with made_private():
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{plan.environment}-{plan.id}.json"
        file.write_text(plan.model_dump_json(indent=2), encoding="utf-8")
    return file


def load(file: Path) -> Plan:
    """Return the plan in a file.

    Raises:
        SandboxError: there is none, or it holds something else.
    """
    try:
        return Plan.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        is_missing = isinstance(error, FileNotFoundError)
        found = "no such file" if is_missing else str(error).splitlines()[0]
        raise SandboxError(f"a plan in {file}", found, "make plan TARGET=…") from None
