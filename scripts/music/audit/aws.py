"""The way to the data of a real account: with the user's own credentials, and by calls that only read.

boto3 finds credentials, region and endpoint as it does for the user's own programs: AWS_PROFILE, AWS_REGION,
~/.aws and so on. No client made here can send anything but the calls listed below.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from glue_sandbox.environment.child_process import users_account
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import Project
from glue_sandbox.promote.environment import load_environment, stack_prefix
from glue_sandbox.promote.target import target_of
from glue_sandbox.terminal.console import err
from music.audit.location import ARCHIVE_OUTPUT, DataLocation
from music_streams.contracts import KPI_TABLES, LEDGER_TABLE

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.model import OperationModel

READS = {
    "sts": {"GetCallerIdentity"},
    "cloudformation": {"DescribeStacks"},
    "s3": {"ListObjectsV2", "ListMultipartUploads", "GetObject", "HeadObject"},
    "dynamodb": {"DescribeTable", "GetItem", "BatchGetItem", "Query", "Scan"},
}
BUCKET_STACK, BUCKET_OUTPUT = "storage", "DataBucketName"
TABLES_STACK, TABLE_OF_CONTRACT = "tables", "Table of the contract "
"""The outputs of infra/storage.yaml and infra/tables.yaml; a table's description ends in its contract."""
CONTRACTS = (*(table.name for table in KPI_TABLES), LEDGER_TABLE)
NEXT = "aws sts get-caller-identity; then AWS_PROFILE=… AWS_REGION=… make audit TARGET=aws"


@contextmanager
def account(
    own: Mapping[str, str], stacks: str, bucket: str | None, tables: Sequence[str]
) -> Iterator[DataLocation]:
    """The data that the stacks of these names, or the options, tell of; `own`: the user's AWS_* variables.

    Raises:
        SandboxError: AWS refused a request, also one for the data later on.
    """
    from boto3.session import Session
    from botocore.exceptions import BotoCoreError, ClientError

    with users_account(own):
        try:
            # boto3 knows AWS_DEFAULT_REGION alone; AWS's other tools know this, too.
            session = Session(region_name=os.environ.get("AWS_REGION"))
            session.events.register("before-call", only_reads)
            err.print(
                f"{_identity(session)}, region {session.region_name}{_endpoint()}: calls that read, only"
            )
            names = given(bucket, tables) if bucket else of_stacks(session, stacks)
            yield _location(session, names)
        except (BotoCoreError, ClientError) as error:
            raise SandboxError("an AWS account that lets you read", str(error), NEXT) from error


@contextmanager
def environment_account(own: Mapping[str, str], project: Project, name: str) -> Iterator[DataLocation]:
    """The data of the environment of `environments/<name>.toml`; `own`: the user's AWS_* variables.

    Raises:
        SandboxError: there is no such file, the credentials are of another account, or AWS refused a request.
    """
    environment = load_environment(project, name)
    with target_of(environment, own) as target:
        target.session.events.register("before-call", only_reads)
        err.print(
            f"environment {environment.name}: {target.caller}, {environment.region}; calls that read, only"
        )
        yield account_data(target.session, f"{stack_prefix(project, environment)}-")


def account_data(session: Session, stacks: str) -> DataLocation:
    """The data that the stacks of these names tell of, with a session that may write, too.

    Raises:
        SandboxError: the outputs of the stacks do not name all data.
    """
    return _location(session, of_stacks(session, stacks))


def _location(session: Session, names: Mapping[str, str]) -> DataLocation:
    from botocore.config import Config

    # A host that is no AWS host has no sub-domain for each bucket.
    config = Config(s3={"addressing_style": "path"}) if _endpoint() else Config()
    s3, dynamodb = session.client("s3", config=config), session.resource("dynamodb")
    return DataLocation(s3, dynamodb, names[BUCKET_OUTPUT], names, names.get(ARCHIVE_OUTPUT, ""))


def only_reads(model: OperationModel, **_: Any) -> None:
    """Stops every other call before it is sent.

    Raises:
        SandboxError: the call would not only read.
    """
    service = model.service_model.service_name
    if model.name not in READS.get(service, ()):
        raise SandboxError(
            "calls that read, only", f"{service} {model.name}", "report this: nothing was sent"
        )


def given(bucket: str, tables: Sequence[str]) -> dict[str, str]:
    """Names as the options have them; a table is called like its contract if none says otherwise.

    Raises:
        SandboxError: an option names a table that there is no contract of.
    """
    pairs = [(contract, name) for contract, _, name in (each.partition("=") for each in tables)]
    unknown = [contract for contract, name in pairs if contract not in CONTRACTS or not name]
    if unknown:
        raise SandboxError(f"--table with contract=name, one of {', '.join(CONTRACTS)}", unknown[0], NEXT)
    return {**{name: name for name in CONTRACTS}, **dict(pairs), BUCKET_OUTPUT: bucket}


def of_stacks(session: Session, prefix: str) -> dict[str, str]:
    """Names as the stacks' outputs have them.

    Raises:
        SandboxError: the outputs do not name all data.
    """
    cloudformation = session.client("cloudformation")
    names: dict[str, str] = {}

    for stack in (BUCKET_STACK, TABLES_STACK):
        described = cloudformation.describe_stacks(StackName=f"{prefix}{stack}")["Stacks"][0]
        for output in described.get("Outputs", []):
            contract = output.get("Description", "").removeprefix(TABLE_OF_CONTRACT).rstrip(".")
            names[contract if contract in CONTRACTS else output["OutputKey"]] = output["OutputValue"]

    missing = [name for name in (BUCKET_OUTPUT, *CONTRACTS) if name not in names]
    if missing:
        raise SandboxError(
            f"outputs of the stacks {prefix}{BUCKET_STACK} and {prefix}{TABLES_STACK} that name all data",
            f"none for {', '.join(missing)}",
            "sandbox audit --target aws --bucket … --table contract=name",
        )

    return names


def _identity(session: Session) -> str:
    return str(session.client("sts").get_caller_identity()["Arn"])


def _endpoint() -> str:
    """An address that the user set in location of AWS's own."""
    url = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return f", at {url}" if url else ""
