"""From the Spark job's small aggregates to what the ledger notes of each file."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Optional


@dataclass
class FileCounts:
    """One file's rows: how many, how many refused and why, how many of what."""

    rows: int = 0
    reasons: "Counter[str]" = field(default_factory=Counter)
    unknown_track_rows: int = 0
    unknown_user_rows: int = 0
    new_listens: int = 0

    @property
    def rejected(self) -> int:
        """Refused rows."""
        return sum(self.reasons.values())

    def facts(self, kind: str) -> "dict[str, Any]":
        """As the ledger and calculated.json note it."""
        facts: dict[str, Any] = {
            "rows": self.rows,
            "rejected_rows": self.rejected,
            "rejected_reasons": dict(sorted(self.reasons.items())),
        }
        if kind == "streams":
            facts["new_listens"] = self.new_listens
            facts["duplicate_rows"] = self.rows - self.rejected - self.new_listens
            facts["unknown_track_rows"] = self.unknown_track_rows
            facts["unknown_user_rows"] = self.unknown_user_rows
        return facts


@dataclass
class BatchCounts:
    """All files of a run by file_id, the dates its good listens fall on, and tracks of several genres."""

    files: "defaultdict[str, FileCounts]" = field(default_factory=lambda: defaultdict(FileCounts))
    dates: "set[str]" = field(default_factory=set)
    genre_conflicts: int = 0
    rejected_by_kind: "Counter[str]" = field(default_factory=Counter)
    with_rejected_rows: "defaultdict[str, set[str]]" = field(default_factory=lambda: defaultdict(set))
    """Kind → the files that have some."""


def collected(rows: "Iterable[Any]") -> BatchCounts:
    """Sum up the rows of `transforms.counts.row_counts`."""
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
