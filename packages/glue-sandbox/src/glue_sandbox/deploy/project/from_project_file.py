"""For projects without templates: brings the sandbox to what the project file describes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from glue_sandbox.containers.env_files import runs_no_lambda
from glue_sandbox.deploy.artifacts import Artifacts
from glue_sandbox.deploy.buckets import ensure_bucket, keys_in
from glue_sandbox.deploy.emulator.lambda_as_queue import no_functions_here
from glue_sandbox.deploy.project.beside_emulator import require_account
from glue_sandbox.deploy.project.template import project_template
from glue_sandbox.deploy.stacks import StackDeployment, upload
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_s3 import S3Client

STACK = "resources"


def deploy_project_file(
    settings: Settings,
    emulator: Callable[[str], Any],
    glue: GlueClient,
    artifacts: Artifacts,
    values: Mapping[str, str],
) -> Deployed:
    """Deploy the template that the project file is made into; the code it names is uploaded before.

    Raises:
        SandboxError: an event needs a Lambda function where none runs; or a resource failed, with the reason.
    """
    if settings.project.events and runs_no_lambda(settings):
        raise no_functions_here("[events] of sandbox.toml")
    if not settings.runs_emulator:
        require_account(settings.account_id, settings.emulator_url, emulator)
    s3: S3Client = emulator("s3")
    ensure_bucket(s3, settings.artifact_bucket, settings.region)
    upload(s3, settings.artifact_bucket, artifacts)

    deployment = StackDeployment(settings, emulator, glue, artifacts, {})
    template = project_template(settings.project, values)
    if settings.runs_emulator:
        deployment.apply_template(STACK, template, {})
    else:
        deployment.apply_beside_emulator(STACK, template)
    _make_folders(s3, settings)
    return deployment.finish()


def _make_folders(s3: S3Client, settings: Settings) -> None:
    """Make the folders of the data bucket that are not there: an object each, as S3's console does it."""
    folders = settings.project.buckets.folders
    present = keys_in(s3, settings.data_bucket) if folders else set()
    for folder in folders:
        if folder not in present:
            s3.put_object(Bucket=settings.data_bucket, Key=folder)
