"""From the Spark job's small aggregates to what the ledger records of each file."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Optional


@dataclass(frozen=True)
class FileCounts:
    """What the cleaning found in one file, in rows. The last four are of stream files only."""

    rows: int
    rejected_rows: int
    rejected_reasons: "Mapping[str, int]"
    new_listens: Optional[int] = None
    """Listens that curated holds of this file."""
    duplicate_rows: Optional[int] = None
    """Good rows whose listen came with another row or file."""
    unknown_track_rows: Optional[int] = None
    unknown_user_rows: Optional[int] = None

    def to_json(self) -> "dict[str, Any]":
        """Return the attributes of the ledger and of a step result; what was not counted is left out."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, entry: "Mapping[str, Any]") -> "FileCounts":
        """Return the counts in an entry; other values in it are ignored."""
        optional = ("new_listens", "duplicate_rows", "unknown_track_rows", "unknown_user_rows")
        return cls(
            entry["rows"],
            entry["rejected_rows"],
            entry["rejected_reasons"],
            **{name: entry.get(name) for name in optional},
        )


@dataclass
class FileTally:
    """One file's rows while they are summed up."""

    rows: int = 0
    reasons: "Counter[str]" = field(default_factory=Counter)
    unknown_track_rows: int = 0
    unknown_user_rows: int = 0
    new_listens: int = 0

    def counts(self, kind: str) -> FileCounts:
        """Return the sums of a file of this kind."""
        rejected = sum(self.reasons.values())
        reasons = dict(sorted(self.reasons.items()))
        if kind != "streams":
            return FileCounts(self.rows, rejected, reasons)
        return FileCounts(
            self.rows,
            rejected,
            reasons,
            self.new_listens,
            self.rows - rejected - self.new_listens,
            self.unknown_track_rows,
            self.unknown_user_rows,
        )


@dataclass
class BatchCounts:
    """All files of a run by file_id, the dates its good listens fall on, and tracks of several genres."""

    files: "defaultdict[str, FileTally]" = field(default_factory=lambda: defaultdict(FileTally))
    dates: "set[str]" = field(default_factory=set)
    genre_conflicts: int = 0
    rejected_by_kind: "Counter[str]" = field(default_factory=Counter)
    with_rejected_rows: "defaultdict[str, set[str]]" = field(default_factory=lambda: defaultdict(set))
    """Kind → the files that have some."""


def summed_up(rows: "Iterable[Any]") -> BatchCounts:
    """Return the sums of the rows of `transforms.counts.row_counts`."""
    batch = BatchCounts()

    for row in rows:
        file_id: Optional[str] = row["file_id"]
        if file_id is None:
            batch.genre_conflicts += row["rows"]
            continue

        file = batch.files[file_id]
        file.rows += row["rows"]
        file.unknown_track_rows += row["unknown_track_rows"] or 0
        file.unknown_user_rows += row["unknown_user_rows"] or 0

        if row["reason"] is not None:
            file.reasons[row["reason"]] += row["rows"]
            batch.rejected_by_kind[row["kind"]] += row["rows"]
            batch.with_rejected_rows[row["kind"]].add(file_id)
        if row["listen_date"] is not None:
            batch.dates.add(row["listen_date"])

    return batch
