"""What each job leaves for the next one: a frozen type per job, with one reader and one writer.

    validated.json     validate_input_files    the good files and their rows, for calculate_metrics_etl
    calculated.json    calculate_metrics_etl   dates and counted files, for the two jobs after it
    archived.json      archive_streams_files   the run is done

A job writes its result last, so a result that is there says that the whole step was done. Loading leaves
none: its outcome is in the ledger.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Optional, TypeVar, Union

from music_streams import layout, storage
from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Json = Mapping[str, Any]


class StepResultMissingError(RuntimeError):
    """The step before has not come to its end; the message names the job to run."""


@dataclass(frozen=True)
class StagedFile:
    """One good file, and how many rows its staged copy has."""

    delivered: DeliveredFile
    rows: int
    staged_key: str
    """Where its rows are; small files share an object."""
    last_good_copy: Optional[str] = None
    """Key below `reference/` that was staged in place of a refused file."""
    is_read_again: bool = False
    """Whether an earlier run has read it: songs and users files stay in landing."""

    def to_json(self) -> "dict[str, Any]":
        """Return the entry in a step result."""
        copy = {} if self.last_good_copy is None else {"last_good_copy": self.last_good_copy}
        again = {"is_read_again": True} if self.is_read_again else {}
        return {
            **_identity(self.delivered),
            "rows": self.rows,
            "staged_key": self.staged_key,
            **copy,
            **again,
        }

    @classmethod
    def from_json(cls, entry: Json) -> "StagedFile":
        """Return what an entry tells; other values in it are ignored."""
        # Results of earlier versions lack the key; their staged copies are gone or of another format.
        staged_key = entry.get("staged_key", "")
        return cls(
            DeliveredFile.from_dict(entry),
            entry["rows"],
            staged_key,
            entry.get("last_good_copy"),
            entry.get("is_read_again", False),
        )


@dataclass(frozen=True)
class RefusedFile:
    """One file that is no lawful CSV file, and why."""

    delivered: DeliveredFile
    reason: str


@dataclass(frozen=True)
class CountedFile:
    """One staged file, and what the cleaning found in it."""

    staged: StagedFile
    counts: FileCounts

    def to_json(self) -> "dict[str, Any]":
        """Return the entry in a step result."""
        return {**self.staged.to_json(), **self.counts.to_json()}

    @classmethod
    def from_json(cls, entry: Json) -> "CountedFile":
        """Return what an entry tells."""
        return cls(StagedFile.from_json(entry), FileCounts.from_json(entry))


@dataclass(frozen=True)
class Validated:
    """What validate_input_files leaves: every file of the manifest by its outcome."""

    batch_id: str
    files: "tuple[StagedFile, ...]"
    bad_files: "tuple[RefusedFile, ...]" = ()
    skipped_files: "tuple[DeliveredFile, ...]" = ()

    def to_json(self) -> "dict[str, Any]":
        """Return the object to store."""
        bad = [{**_identity(file.delivered), "reason": file.reason} for file in self.bad_files]
        return {
            "batch_id": self.batch_id,
            "files": [file.to_json() for file in self.files],
            "bad_files": bad,
            "skipped_files": [_identity(file) for file in self.skipped_files],
        }

    @classmethod
    def from_json(cls, value: Json) -> "Validated":
        """Return what was stored."""
        return cls(
            value["batch_id"],
            tuple(StagedFile.from_json(entry) for entry in value["files"]),
            tuple(
                RefusedFile(DeliveredFile.from_dict(entry), entry["reason"]) for entry in value["bad_files"]
            ),
            tuple(DeliveredFile.from_dict(entry) for entry in value["skipped_files"]),
        )


@dataclass(frozen=True)
class Calculated:
    """What calculate_metrics_etl leaves: the dates it computed and the files that they came from."""

    batch_id: str
    dates: "tuple[str, ...]" = ()
    """Sorted, as `2024-06-25`."""
    files: "tuple[CountedFile, ...]" = ()
    """Stream files; songs and users files are in `reference_files`."""
    reference_files: "tuple[CountedFile, ...]" = ()
    genre_conflicts: int = 0
    """Tracks that came with several genres."""
    pending: "tuple[str, ...]" = ()
    """Keys below `pending/` that are done once the dates are loaded."""

    def to_json(self) -> "dict[str, Any]":
        """Return the object to store."""
        return {
            "batch_id": self.batch_id,
            "dates": list(self.dates),
            "files": [file.to_json() for file in self.files],
            "reference_files": [file.to_json() for file in self.reference_files],
            "genre_conflicts": self.genre_conflicts,
            "pending": list(self.pending),
        }

    @classmethod
    def from_json(cls, value: Json) -> "Calculated":
        """Return what was stored."""
        return cls(
            value["batch_id"],
            tuple(value["dates"]),
            tuple(CountedFile.from_json(entry) for entry in value["files"]),
            # Runs of earlier versions that had nothing to calculate left these three out.
            tuple(CountedFile.from_json(entry) for entry in value.get("reference_files", ())),
            value.get("genre_conflicts", 0),
            tuple(value.get("pending", ())),
        )


@dataclass(frozen=True)
class Archived:
    """What archive_streams_files leaves when no file of the run needs it any more: numbers of files."""

    batch_id: str
    files: int
    archived: int
    left_for_the_next_run: int = 0

    def to_json(self) -> "dict[str, Any]":
        """Return the object to store."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Json) -> "Archived":
        """Return what was stored; a number that is not there is 0."""
        return cls(
            value["batch_id"],
            value["files"],
            value.get("archived", 0),
            value.get("left_for_the_next_run", 0),
        )


StepResult = Union[Validated, Calculated, Archived]
AnyResult = TypeVar("AnyResult", Validated, Calculated, Archived)

_KEYS = {
    Validated: layout.validated_key,
    Calculated: layout.calculated_key,
    Archived: layout.archived_key,
}
_JOBS = {
    Validated: "validate_input_files",
    Calculated: "calculate_metrics_etl",
    Archived: "archive_streams_files",
}


def read(s3: "S3Client", bucket: str, batch_id: str, of: "type[AnyResult]") -> "Optional[AnyResult]":
    """Return what a job of the run left, or None if it has not come to its end."""
    value = storage.read_json(s3, bucket, _KEYS[of](batch_id))
    return None if value is None else of.from_json(value)


def require(s3: "S3Client", bucket: str, batch_id: str, of: "type[AnyResult]") -> AnyResult:
    """Return what an earlier job of the run left.

    Raises:
        StepResultMissingError: it is not there; names the job that writes it.
    """
    found = read(s3, bucket, batch_id, of)
    if found is None:
        raise StepResultMissingError(
            f"expected s3://{bucket}/{_KEYS[of](batch_id)}, found nothing: run {_JOBS[of]} first"
        )
    return found


def write(s3: "S3Client", bucket: str, result: StepResult) -> None:
    """Store a job's result; S3 shows all of it or nothing."""
    storage.write_json(s3, bucket, _KEYS[type(result)](result.batch_id), result.to_json())


def _identity(file: DeliveredFile) -> "dict[str, Any]":
    return {**asdict(file), "file_id": file.file_id}
