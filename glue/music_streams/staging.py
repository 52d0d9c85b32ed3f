"""Normalised copies of good files for the Spark job: Parquet, columns as delivered, small files together.

One large file is one staged object. Of small stream files many share one, because opening an object takes the
same time whatever is in it. Which files share is decided by the manifest alone, so that a repeated step puts
its objects in place of those of the attempt before.
"""

import tempfile
from collections.abc import Iterable
from typing import IO, Any, Optional

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from boto3.s3.transfer import TransferConfig

from music_streams import layout, storage
from music_streams.batch import Batch
from music_streams.contracts import INPUTS, STREAMS, InputFile
from music_streams.deliveries.csv_reader import Rows
from music_streams.deliveries.manifest import DeliveredFile

CONTENT_TYPE = "application/vnd.apache.parquet"
IN_MEMORY = 4 * 1024 * 1024
ROWS_PER_GROUP = 100_000
PACK_BYTES = 1024 * 1024
PACK_FILES = 50
"""As many as can be named in an object's metadata, which are 2 KB."""
UPLOAD = TransferConfig(use_threads=False)
Pack = tuple[DeliveredFile, ...]


def packs_of(files: "Iterable[DeliveredFile]") -> "list[Pack]":
    """Return the files that share a staged object: small stream files, in the manifest's order."""
    packs: list[Pack] = []
    small: list[DeliveredFile] = []
    for file in files:
        if file.kind != STREAMS.kind or file.size >= PACK_BYTES:
            packs.append((file,))
            continue
        if len(small) == PACK_FILES or sum(each.size for each in small) + file.size > PACK_BYTES:
            packs.append(tuple(small))
            small = []
        small.append(file)
    return [*packs, tuple(small)] if small else packs


class StagedPack:
    """The staged object of some files while it is written; nothing of it is in S3 until it is complete."""

    def __init__(self, batch: Batch, files: Pack) -> None:
        self.key = layout.staged_key(batch.batch_id, files[0].kind, files[0].file_id)
        self._batch = batch
        self._contract = INPUTS[files[0].kind]
        self._is_of_one_file = len(files) == 1
        self._rows_of: dict[str, int] = {}
        self._held: list[pa.Table] = []
        self._copy: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed with it
        self._writer = pq.ParquetWriter(self._copy, _schema(self._contract))
        self._is_uploaded = False

    def add(self, file: DeliveredFile, pieces: "Iterable[Rows]") -> int:
        """Add a file and return its number of rows. A file that is refused half way leaves nothing.

        Raises:
            BadFileError: reading the pieces found the file bad.
        """
        tables = (_table(self._contract, file, rows) for rows in pieces)
        return self._add(file, tables if self._is_of_one_file else list(tables))

    def add_from_earlier_attempt(self, file: DeliveredFile) -> Optional[int]:
        """Add a file that has left landing as this run staged it before; None if it did not."""
        staged = storage.head(self._batch.s3, self._batch.bucket, self.key)
        if staged is None or file.file_id not in _files_of(staged["Metadata"]):
            return None
        body = self._batch.s3.get_object(Bucket=self._batch.bucket, Key=self.key)["Body"].read()
        table = pq.read_table(pa.BufferReader(body))
        return self._add(file, [table.filter(pc.equal(table["file_id"], pa.scalar(file.file_id)))])

    def upload(self) -> None:
        """Put the object, the first time this is called."""
        if self._is_uploaded:
            return
        self._flush()
        self._writer.close()
        self._copy.seek(0)
        files = ",".join(f"{file_id}:{rows}" for file_id, rows in self._rows_of.items())
        extra = {"Metadata": {"files": files}, "ContentType": CONTENT_TYPE}
        self._batch.s3.upload_fileobj(
            self._copy, self._batch.bucket, self.key, ExtraArgs=extra, Config=UPLOAD
        )
        self._is_uploaded = True

    def close(self) -> None:
        """Remove what was written on this machine."""
        self._writer.close()
        self._copy.close()

    def _add(self, file: DeliveredFile, tables: "Iterable[pa.Table]") -> int:
        rows = 0
        for table in tables:
            rows += len(table)
            self._held.append(table)
            if sum(map(len, self._held)) >= ROWS_PER_GROUP:
                self._flush()
        self._rows_of[file.file_id] = rows
        return rows

    def _flush(self) -> None:
        """Write one row group of what is held, whatever number of files it came from."""
        if self._held:
            self._writer.write_table(pa.concat_tables(self._held))
            self._held = []


def _schema(contract: InputFile) -> pa.Schema:
    strings = ("source_key", "file_id", "delivered_at", *contract.columns, "problem", "raw")
    columns: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in strings]
    return pa.schema([("row_number", pa.int64()), *columns])


def _table(contract: InputFile, file: DeliveredFile, rows: Rows) -> pa.Table:
    count = len(rows)
    columns: dict[str, Any] = {
        **dict.fromkeys(contract.columns, [None] * count),
        **rows.columns,
        "row_number": range(rows.first, rows.first + count),
        "source_key": [file.key] * count,
        "file_id": [file.file_id] * count,
        "delivered_at": [file.last_modified] * count,
        "problem": rows.problems,
        "raw": rows.raw,
    }
    return pa.table(columns, schema=_schema(contract))


def _files_of(metadata: "dict[str, str]") -> "set[str]":
    """The file_ids in a staged object; no such metadata is in a last good copy."""
    return {entry.partition(":")[0] for entry in metadata.get("files", "").split(",")}
