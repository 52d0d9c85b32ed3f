"""One run of the pipeline, as all its jobs see it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from music_streams.ledger import Ledger


@dataclass(frozen=True)
class Batch:
    """The data bucket, the id that names the run's own objects in it, and the ledger of its files."""

    s3: "S3Client"
    bucket: str
    batch_id: str
    ledger: "Ledger"
