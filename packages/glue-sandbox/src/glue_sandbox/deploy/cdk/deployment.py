"""Deploys the stacks of a `cdk.out`: their files to the buckets that they name, their templates as they are.

What CDK has on AWS beside them (the bootstrap stack, its roles and its version) is not made here: the buckets
for files are, and what asks for the rest is taken out of the templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glue_sandbox.containers.env_files import runs_no_lambda
from glue_sandbox.deploy.artifacts import Artifacts, build_zip
from glue_sandbox.deploy.buckets import ensure_bucket, keys_in
from glue_sandbox.deploy.cdk.cdk_out import SYNTH, CdkFile, CdkStack, read_stacks
from glue_sandbox.deploy.emulator.lambda_as_queue import FUNCTION, no_functions_here
from glue_sandbox.deploy.stacks import StackDeployment
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.deploy.templates import Template, load_template
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

BOOTSTRAP_PARAMETER, BOOTSTRAP_RULE, METADATA = (
    "BootstrapVersion",
    "CheckBootstrapVersion",
    "AWS::CDK::Metadata",
)


def deploy_cdk_out(
    settings: Settings,
    emulator: Callable[[str], Any],
    glue: GlueClient,
    artifacts: Artifacts,
    values: Mapping[str, str],
) -> Deployed:
    """Deploy the project's cdk.out, and return what is there then.

    Raises:
        SandboxError: it cannot be read, is for another account or region, or a resource failed.
    """
    chosen = settings.project.templates
    if chosen is None or chosen.cdk_out is None:
        raise ValueError("a project without templates.cdk_out")
    stacks = read_stacks(settings.project.root / chosen.cdk_out, chosen.stacks)
    templates = {stack.name: without_bootstrap(load_template(stack.template)) for stack in stacks}
    for stack in stacks:
        require_place(settings, stack)
        if runs_no_lambda(settings):
            require_no_function(stack.name, templates[stack.name])

    upload_files(emulator("s3"), settings, [file for stack in stacks for file in stack.files])
    deployment = StackDeployment(settings, emulator, glue, artifacts, values)
    for stack in stacks:
        deployment.apply(stack.name, stack.template, templates[stack.name])
    return deployment.finish()


def without_bootstrap(template: Template) -> Template:
    """Return a template without what asks for CDK's bootstrap stack, and without CDK's own statistics."""
    resources = {name: body for name, body in template["Resources"].items() if body["Type"] != METADATA}
    kept = {**template, "Resources": resources}
    for section, name in (("Parameters", BOOTSTRAP_PARAMETER), ("Rules", BOOTSTRAP_RULE)):
        rest = {key: value for key, value in template.get(section, {}).items() if key != name}
        if rest:
            kept[section] = rest
        else:
            kept.pop(section, None)
    return kept


def require_place(settings: Settings, stack: CdkStack) -> None:
    """Require that a stack is for the sandbox's account and region, or for any.

    Raises:
        SandboxError: its template has the ARNs of another place.
    """
    if stack.account not in ("", settings.account_id):
        raise SandboxError(
            f"stack {stack.name} of cdk.out to be for any account, or for {settings.account_id}",
            f"account {stack.account}",
            f"make down, then: ACCOUNT_ID={stack.account} make up",
        )
    if stack.region not in ("", settings.region):
        raise SandboxError(
            f"stack {stack.name} of cdk.out to be for any region, or for {settings.region}",
            f"region {stack.region}",
            f'region = "{stack.region}" in sandbox.toml, or other templates.stacks',
        )


def require_no_function(name: str, template: Template) -> None:
    """Require a stack without Lambda functions, where the emulator runs none.

    Raises:
        SandboxError: it has one; CDK's own helpers are functions, too.
    """
    functions = [each for each, body in template["Resources"].items() if body["Type"] == FUNCTION]
    if functions:
        raise no_functions_here(f"stack {name} of cdk.out", f", and {', '.join(functions)}")


def upload_files(s3: S3Client, settings: Settings, files: list[CdkFile]) -> None:
    """Upload what is not there yet: a key names its content, so what is there is right.

    Raises:
        SandboxError: a file is not there.
    """
    present: dict[str, set[str]] = {}
    for file in files:
        bucket, key = _in_place(file.bucket, settings), _in_place(file.key, settings)
        if bucket not in present:
            ensure_bucket(s3, bucket, settings.region)
            present[bucket] = keys_in(s3, bucket)
        if key not in present[bucket]:
            s3.put_object(Bucket=bucket, Key=key, Body=_body(file))
            present[bucket].add(key)


def _in_place(text: str, settings: Settings) -> str:
    known = {"AccountId": settings.account_id, "Region": settings.region, "Partition": "aws"}
    for name, value in known.items():
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _body(file: CdkFile) -> bytes:
    if file.is_folder and file.source.is_dir():
        return build_zip(_all_files(file.source))
    if file.source.is_file():
        return file.source.read_bytes()  # a folder's zip, if CDK has packed it already
    raise SandboxError(f"{file.source}, which a stack of cdk.out needs", "nothing there", SYNTH)


def _all_files(folder: Path) -> dict[str, bytes]:
    """All of a folder, hidden files too: CDK has left out what is not wanted."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
