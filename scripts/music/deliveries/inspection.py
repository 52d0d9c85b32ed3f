"""What is to be known of a delivery before its upload: what would be refused, and what it would replace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_sandbox.errors import SandboxError
from glue_sandbox.sample_data.content import is_same_content
from glue_sandbox.terminal.words import counted
from music.deliveries.upload import Delivery
from music_streams import storage
from music_streams.contracts import INPUTS
from music_streams.deliveries import csv_reader

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class Inspected:
    """One file as validate_input_files will read it."""

    delivery: Delivery
    rows: int | None
    """Data rows; None for a file that will be refused."""
    problem: str = ""
    """Why the pipeline will refuse it."""


def inspect(deliveries: Iterable[Delivery]) -> list[Inspected]:
    """Return each file's rows, or why the pipeline will refuse it."""
    return [_inspected(delivery) for delivery in deliveries]


def must_be_acceptable(files: Sequence[Inspected], command: str) -> None:
    """Stop before the upload of files that the pipeline will refuse.

    Raises:
        SandboxError: there are some; the first is named with its reason.
    """
    bad = [file for file in files if file.problem]
    if bad:
        more = f" (and {counted(len(bad) - 1, 'more file')})" if len(bad) > 1 else ""
        raise SandboxError(
            "files that the pipeline accepts; nothing was uploaded",
            f"{bad[0].delivery.path.name}: {bad[0].problem}{more}",
            f"correct it, or upload it all the same: {command} ANYWAY=1",
        )


def must_replace_nothing(s3: S3Client, bucket: str, deliveries: Iterable[Delivery], command: str) -> None:
    """Stop before the upload of files that would replace others in landing.

    Raises:
        SandboxError: landing holds other content under the key of one of them.
    """
    for delivery in deliveries:
        landed = storage.head(s3, bucket, delivery.key)
        if landed is not None and not is_same_content(delivery.path, landed):
            raise SandboxError(
                "names that are not in landing yet; nothing was uploaded",
                f"another {delivery.key} there ({landed['ContentLength']:,} bytes, of"
                f" {landed['LastModified']:%Y-%m-%d %H:%M}), which this one would replace",
                f"rename it, or replace that one: {command} REPLACE=1",
            )


def _inspected(delivery: Delivery) -> Inspected:
    try:
        with delivery.path.open("rb") as body:
            pieces = csv_reader.read_rows(body, delivery.key, INPUTS[delivery.kind])
            return Inspected(delivery, sum(map(len, pieces)))
    except csv_reader.BadFileError as problem:
        return Inspected(delivery, None, str(problem))
