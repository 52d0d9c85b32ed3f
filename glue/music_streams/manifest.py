"""The manifest: what a run found to do when it began, and it works on nothing else.

That is the files in landing, and the notes of dates to compute anew (`pending/`): of an earlier run that
broke off, or of somebody who asked for it. A note that is written later waits for the next run, which reads
the songs as they are by then.
"""

import base64
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from music_streams import layout, storage
from music_streams.contracts import INPUTS

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
    def from_dict(cls, facts: "dict[str, Any]") -> "DeliveredFile":
        """From a manifest's entry, or any paper that repeats one; other facts in it are ignored."""
        return cls(facts["key"], facts["etag"], facts["size"], facts["last_modified"], facts["kind"])

    def metadata(self) -> "dict[str, str]":
        """For the metadata of a copy's object: ASCII and below 2 KB, as S3 asks."""
        return {
            "key": base64.b64encode(self.key.encode()).decode(),
            "etag": self.etag,
            "size": str(self.size),
            "delivered": self.last_modified,
        }

    @classmethod
    def from_metadata(cls, kind: str, metadata: "dict[str, str]") -> "DeliveredFile":
        """The delivered object that a copy with this metadata was made of."""
        key = base64.b64decode(metadata["key"]).decode()
        return cls(key, metadata["etag"], int(metadata["size"]), metadata["delivered"], kind)


@dataclass(frozen=True)
class Manifest:
    """The files one run works on, and the keys of the notes of dates to compute anew."""

    batch_id: str
    created_at: str
    bucket: str
    files: "tuple[DeliveredFile, ...]"
    pending: "tuple[str, ...]" = ()

    def of_kind(self, kind: str) -> "list[DeliveredFile]":
        """The files of one kind, in key order."""
        return [file for file in self.files if file.kind == kind]

    @property
    def is_work(self) -> bool:
        """Whether there are listens to work off, or dates to compute anew."""
        return bool(self.of_kind("streams") or self.pending)


class ManifestMissingError(RuntimeError):
    """The run has no manifest, so there is nothing it may touch."""


def utc(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def now() -> str:
    """The present moment as all papers note it."""
    return utc(datetime.now(timezone.utc))


def freeze(s3: "S3Client", bucket: str, landing_prefix: str, batch_id: str) -> Manifest:
    """List landing and write the run's manifest; returns it.

    A manifest that exists already is returned as it is: a repeated task must not widen a run. Nothing is
    written if there is no work; the caller then skips the run.
    """
    layout.checked_batch_id(batch_id)
    frozen = storage.read_json(s3, bucket, layout.manifest_key(batch_id))
    if frozen is not None:
        return _from_json(frozen)
    # In this order: who writes a note, or delivers listens, has delivered their songs before. What comes
    # between two listings is then never a note, or listens, without the songs that were to be there.
    notes = storage.list_objects(s3, bucket, layout.PENDING)
    pending = tuple(entry["Key"] for entry in notes if not _is_folder_marker(entry))
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
            FOLDER_MARKER if _is_folder_marker(entry) else kind,
        )
        for entry in entries
    ]


def _is_folder_marker(entry: "dict[str, Any]") -> bool:
    return bool(entry["Size"] == 0 and entry["Key"].endswith("/"))


def read(s3: "S3Client", bucket: str, batch_id: str) -> Manifest:
    """A run's manifest.

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
    files = tuple(DeliveredFile.from_dict(facts) for facts in frozen["files"])
    pending = tuple(frozen.get("pending", ()))  # runs from before this was noted have none
    return Manifest(frozen["batch_id"], frozen["created_at"], frozen["bucket"], files, pending)
