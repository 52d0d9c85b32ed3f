"""The command `seed`: uploads the project's sample data, and nothing in the place of other data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.text import Text

from glue_sandbox.clients import s3
from glue_sandbox.deploy.buckets import MISSING, bucket_exists
from glue_sandbox.errors import SandboxError
from glue_sandbox.sample_data.content import is_same_content
from glue_sandbox.sample_data.files import SampleFile, sample_files
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_page, data_places, must_run
from glue_sandbox.terminal.console import last_words, out, step
from glue_sandbox.terminal.record_table import Column, RecordTable
from glue_sandbox.terminal.words import counted

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SHOWN = 20
"""Files that are listed one by one."""


def deliver(settings: Settings, names: Sequence[str], replace: bool) -> None:
    """Upload what the named tables of [seed] name, or all; what is there with the same content is left alone.

    Raises:
        SandboxError: nothing runs here, a file or a bucket is not there, or other content would be replaced.
    """
    bucket, _ = data_places(settings)
    files = sample_files(settings.project, bucket, names)
    must_run(settings)
    client = s3(settings)

    with step("Sample data") as checking:
        missing = missing_files(client, files, replace)
        checking.result = counted(len(files), "file")
        if len(missing) < len(files):
            checking.result += f", {len(files) - len(missing):,} of them there already"
    if missing:
        with last_words("stopped: some files have arrived; again: make seed"), step("Upload"):
            upload(client, missing)
        _show(missing)
    if settings.project.has_dags:
        out.print(f"the DAG that takes them: {airflow_page(settings)}/dags/{settings.dag_id}", soft_wrap=True)


def missing_files(client: S3Client, files: Sequence[SampleFile], replace: bool) -> list[SampleFile]:
    """Return the files that are not there with the same content.

    Raises:
        SandboxError: a bucket does not exist; or, unless `replace`, other content is in a file's place.
    """
    for bucket in dict.fromkeys(file.bucket for file in files):
        if not bucket_exists(client, bucket):
            raise SandboxError(f"the bucket {bucket}", "none of this name", "make up, which makes it")

    missing = []
    for file in files:
        try:
            there = client.head_object(Bucket=file.bucket, Key=file.key)
        except ClientError as error:
            if error.response["Error"].get("Code") not in MISSING:
                raise
            missing.append(file)
            continue
        if is_same_content(file.path, there):
            continue
        if not replace:
            size, time = there["ContentLength"], there["LastModified"]
            raise SandboxError(
                f"nothing else at {file.url}; nothing was uploaded",
                f"other content there ({size:,} bytes, of {time:%Y-%m-%d %H:%M})",
                "make seed REPLACE=1, which replaces it",
            )
        missing.append(file)
    return missing


def upload(client: S3Client, files: Iterable[SampleFile]) -> None:
    """Upload one file after the other; a terminal sees how far it is."""
    files = list(files)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task("", total=sum(file.path.stat().st_size for file in files))
        for file in files:
            progress.update(task, description=file.path.name)
            client.upload_file(
                str(file.path), file.bucket, file.key, Callback=lambda sent: progress.advance(task, sent)
            )


def _show(files: Sequence[SampleFile]) -> None:
    table = RecordTable("", [Column("DELIVERED"), Column("BYTES", right=True)])
    for file in files[:SHOWN]:
        table.add(Text(file.url), f"{file.path.stat().st_size:,}")
    table.show()
    if len(files) > SHOWN:
        out.print(f"and {counted(len(files) - SHOWN, 'more file')}")
