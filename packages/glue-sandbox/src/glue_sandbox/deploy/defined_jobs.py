"""For projects without templates: buckets, role and jobs of the project file, made by API calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glue_sandbox.deploy.artifacts import Artifact, Artifacts, content_hash
from glue_sandbox.deploy.buckets import ensure_bucket
from glue_sandbox.deploy.stacks import upload
from glue_sandbox.deploy.state import Deployed, DeployState, read_deployed, write_state
from glue_sandbox.project import Job
from glue_sandbox.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client

ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
MAY_ASSUME = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}


def deploy_defined(
    settings: Settings, emulator: Callable[[str], Any], glue: GlueClient, artifacts: Artifacts
) -> Deployed:
    """Bring buckets and jobs to what the project file says; jobs that left it are deleted."""
    s3: S3Client = emulator("s3")
    others = settings.project.buckets.others
    for bucket in (settings.data_bucket, settings.artifact_bucket, *others):
        ensure_bucket(s3, bucket, settings.region)

    upload(s3, settings.artifact_bucket, artifacts)

    defined = settings.project.jobs.define
    role = _ensure_role(emulator("iam"), f"{settings.project.name}-jobs") if defined else ""
    changed = [
        name for name, job in defined.items() if _ensure_job(settings, s3, glue, artifacts, name, job, role)
    ]
    before = read_deployed(settings)
    for name in set(before.jobs if before else ()) - set(defined):
        glue.delete_job(JobName=name)

    deployed = Deployed(
        bucket=settings.data_bucket,
        artifact_bucket=settings.artifact_bucket,
        glue={"AWS::Glue::Job": tuple(defined)},
        changed=tuple(changed),
    )
    write_state(settings, DeployState(deployed=deployed))
    return deployed


def _ensure_role(iam: IAMClient, name: str) -> str:
    """Return the ARN of a role that may do anything: what a job needs on AWS, a template says."""
    try:
        return iam.get_role(RoleName=name)["Role"]["Arn"]
    except iam.exceptions.NoSuchEntityException:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [MAY_ASSUME]})
        role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)["Role"]
    document = json.dumps({"Version": "2012-10-17", "Statement": [ANYTHING]})
    iam.put_role_policy(RoleName=name, PolicyName="anything", PolicyDocument=document)
    return role["Arn"]


def _ensure_job(
    settings: Settings,
    s3: S3Client,
    glue: GlueClient,
    artifacts: Artifacts,
    name: str,
    job: Job,
    role: str,
) -> bool:
    """Create a job, or update one that differs; False when it was as it is to be."""
    script = _upload_script(settings, s3, job)
    expected = _definition(settings, artifacts, job, script, role)
    try:
        present = glue.get_job(JobName=name)["Job"]
    except glue.exceptions.EntityNotFoundException:
        glue.create_job(Name=name, **expected)
        return True
    if all(present.get(key) == value for key, value in expected.items()):
        return False
    glue.update_job(JobName=name, JobUpdate=expected)  # type: ignore[arg-type]
    return True


def _upload_script(settings: Settings, s3: S3Client, job: Job) -> str:
    """Upload a job's script under a key that names its content; return its address."""
    body = (settings.root / job.script).read_bytes()
    key = f"jobs/{content_hash({job.script.name: body})}/{job.script.name}"
    upload(s3, settings.artifact_bucket, Artifacts((Artifact(key, body),), {}))
    return f"s3://{settings.artifact_bucket}/{key}"


def _definition(settings: Settings, artifacts: Artifacts, job: Job, script: str, role: str) -> dict[str, Any]:
    """The job as CreateJob and UpdateJob take it."""
    arguments = dict(job.arguments)
    package = artifacts.names.get("package_zip" if job.type == "glueetl" else "package_wheel")
    if package:
        arguments.setdefault("--extra-py-files", f"s3://{settings.artifact_bucket}/{package}")

    definition: dict[str, Any] = {
        "Role": role,
        "Command": {"Name": job.type, "ScriptLocation": script, "PythonVersion": job.python_version},
        "DefaultArguments": arguments,
        "Timeout": job.timeout_minutes,
        "MaxRetries": job.retries,
    }
    if job.type == "pythonshell":
        return definition | {"MaxCapacity": job.max_capacity}
    return definition | {
        "GlueVersion": job.glue_version,
        "WorkerType": job.worker_type,
        "NumberOfWorkers": job.workers,
    }
