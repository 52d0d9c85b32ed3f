"""A batch whose S3 and ledger are in memory, and step results to begin with."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq
from unit.fake_ledger import FakeLedger
from unit.fake_s3 import BUCKET, FakeS3

from music_streams import step_results
from music_streams.batch import Batch
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile
from music_streams.job import JobSettings
from music_streams.step_results import Calculated, CountedFile, StagedFile, StepResult

COUNTS = FileCounts(0, 0, {})
OPTIONS = JobSettings(BUCKET, "b1", "a-ledger")


def batch_of(s3: FakeS3, ledger: FakeLedger | None = None, batch_id: str = "b1") -> Batch:
    in_memory: Any = ledger or FakeLedger()
    return Batch(s3, BUCKET, batch_id, in_memory)  # type: ignore[arg-type]


def leave(s3: FakeS3, result: StepResult) -> None:
    step_results.write(s3, BUCKET, result)  # type: ignore[arg-type]


def calculated_from(*files: DeliveredFile) -> Calculated:
    """What calculate_metrics_etl leaves of these stream files."""
    return Calculated("b1", files=tuple(CountedFile(StagedFile(file, 0, "staged"), COUNTS) for file in files))


def staged_rows(s3: FakeS3, key: str) -> list[dict[str, Any]]:
    """What Spark reads of a staged object."""
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(s3.objects[key]["Body"])).to_pylist()
    return rows
