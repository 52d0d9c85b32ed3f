"""Where the audited data is: a bucket, the tables, and clients for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_sandbox.clients import dynamodb, s3
from glue_sandbox.deploy.state import read_deployed
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import data_places

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBServiceResource
    from mypy_boto3_s3 import S3Client

ARCHIVE_OUTPUT = "ArchiveBucket"
"""An output of infra/storage.yaml."""


@dataclass(frozen=True)
class DataLocation:
    """One deployment's data; `tables` has the name of the DynamoDB table of each contract."""

    s3: S3Client
    dynamodb: DynamoDBServiceResource
    bucket: str
    tables: Mapping[str, str]
    own_archive: str = ""
    """The bucket of archive/, where it is another."""

    @property
    def archive_bucket(self) -> str:
        """Where archive/ lies."""
        return self.own_archive or self.bucket


def of_sandbox(settings: Settings) -> DataLocation:
    """The data of this sandbox."""
    bucket, tables = data_places(settings)
    deployed = read_deployed(settings)
    archive = deployed.outputs.get(ARCHIVE_OUTPUT, "") if deployed else ""
    return DataLocation(s3(settings), dynamodb(settings), bucket, tables, archive)
