"""The manifest: what a run found to do when it began, and it works on nothing else.

That is the files in landing, and the pending dates (`pending/`): those that an earlier run began to change
and never loaded, or that somebody asked to recompute. Dates that are put there later wait for the next run,
which reads the songs as they are by then.
"""

import base64
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from music_streams import layout, storage
from music_streams.contracts import INPUTS, SIDE_FILE, is_side_file

FOLDER_MARKER = "folder_marker"
"""Kind of the 0-byte objects that S3 consoles make for a folder: they hold nothing, and stay in place."""

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class DeliveredFile:
    """One object in landing. Another etag under the same key is another delivered file."""

    key: str
    etag: str
    size: int
    last_modified: str
    """ISO 8601, UTC, whole seconds: `2024-06-25T17:43:13Z`."""
    kind: str

    @property
    def file_id(self) -> str:
        """Its short name in staging, curated and rejected data."""
        return layout.file_id(self.key, self.etag)

    @classmethod
    def from_dict(cls, entry: "Mapping[str, Any]") -> "DeliveredFile":
        """Return the file of a manifest's or a step result's entry; other values in it are ignored."""
        return cls(entry["key"], entry["etag"], entry["size"], entry["last_modified"], entry["kind"])

    def metadata(self) -> "dict[str, str]":
        """Return it as metadata of a copy's object: ASCII and below 2 KB, as S3 asks."""
        return {
            "key": base64.b64encode(self.key.encode()).decode(),
            "etag": self.etag,
            "size": str(self.size),
            "delivered": self.last_modified,
        }

    @classmethod
    def from_metadata(cls, kind: str, metadata: "dict[str, str]") -> "DeliveredFile":
        """Return the delivered object that a copy with this metadata was made of."""
        key = base64.b64decode(metadata["key"]).decode()
        return cls(key, metadata["etag"], int(metadata["size"]), metadata["delivered"], kind)


@dataclass(frozen=True)
class Manifest:
    """The files one run works on, and the keys of its pending dates."""

    batch_id: str
    created_at: str
    bucket: str
    files: "tuple[DeliveredFile, ...]"
    pending: "tuple[str, ...]" = ()

    def of_kind(self, kind: str) -> "list[DeliveredFile]":
        """Return the files of one kind, in key order."""
        return [file for file in self.files if file.kind == kind]

    @property
    def is_work(self) -> bool:
        """Whether there are listens to work off, or dates to recompute."""
        return bool(self.of_kind("streams") or self.pending)


class ManifestMissingError(RuntimeError):
    """The run has no manifest, so there is nothing it may touch."""


def utc(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, whole seconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> str:
    """Return the present moment as manifests and ledger have it."""
    return utc(datetime.now(timezone.utc))


def freeze(s3: "S3Client", bucket: str, landing_prefix: str, batch_id: str) -> Manifest:
    """List landing, write the run's manifest and return it.

    A manifest that exists already is returned as it is: a repeated task must not widen a run. Nothing is
    written if there is no work; the caller then skips the run.

    Raises:
        ValueError: the batch id cannot stand in a key.
    """
    layout.checked_batch_id(batch_id)
    frozen = storage.read_json(s3, bucket, layout.manifest_key(batch_id))
    if frozen is not None:
        return _from_json(frozen)

    # In this order: who asks for dates, or delivers listens, has delivered their songs before. What comes
    # between two listings is then never dates, or listens, without the songs that were to be there.
    listed = storage.list_objects(s3, bucket, layout.PENDING)
    pending = tuple(entry["Key"] for entry in listed if not _is_folder_marker(entry))
    files = [file for kind in INPUTS for file in _landed(s3, bucket, kind, landing_prefix)]
    manifest = Manifest(batch_id, now(), bucket, tuple(files), pending)

    if manifest.is_work:
        storage.write_json(s3, bucket, layout.manifest_key(batch_id), asdict(manifest))
    return manifest


def _landed(s3: "S3Client", bucket: str, kind: str, landing_prefix: str) -> "list[DeliveredFile]":
    entries = storage.list_objects(s3, bucket, layout.landing_folder(kind, landing_prefix))
    return [
        DeliveredFile(
            entry["Key"],
            storage.clean_etag(entry["ETag"]),
            entry["Size"],
            utc(entry["LastModified"]),
            _kind(entry, kind),
        )
        for entry in entries
    ]


def _kind(entry: "dict[str, Any]", of_folder: str) -> str:
    if _is_folder_marker(entry):
        return FOLDER_MARKER
    return SIDE_FILE if is_side_file(entry["Key"]) else of_folder


def _is_folder_marker(entry: "dict[str, Any]") -> bool:
    return bool(entry["Size"] == 0 and entry["Key"].endswith("/"))


def read(s3: "S3Client", bucket: str, batch_id: str) -> Manifest:
    """Return a run's manifest.

    Raises:
        ManifestMissingError: check_files did not write one for this batch.
    """
    key = layout.manifest_key(batch_id)
    frozen = storage.read_json(s3, bucket, key)
    if frozen is None:
        raise ManifestMissingError(
            f"expected s3://{bucket}/{key}, found nothing: run the task check_files first"
        )
    return _from_json(frozen)


def _from_json(frozen: "dict[str, Any]") -> Manifest:
    files = tuple(DeliveredFile.from_dict(entry) for entry in frozen["files"])
    pending = tuple(frozen.get("pending", ()))  # runs of earlier versions have none
    return Manifest(frozen["batch_id"], frozen["created_at"], frozen["bucket"], files, pending)
