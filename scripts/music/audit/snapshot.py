"""All that the audit compares, as it was at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from music_streams.deliveries.manifest import DeliveredFile

Item = dict[str, Any]


@dataclass(frozen=True)
class StoredObject:
    """One object of the bucket; `size` in bytes, `modified` as manifests write times."""

    etag: str
    size: int
    modified: str


@dataclass(frozen=True)
class Batch:
    """One run by its manifest; `results` has the names of the files that its steps left below batches/."""

    batch_id: str
    created_at: str
    files: tuple[DeliveredFile, ...]
    results: frozenset[str]
    counted: Mapping[str, Item] = field(default_factory=dict)
    """What calculate_metrics_etl counted of each file, by file_id."""

    @property
    def is_done(self) -> bool:
        """Return whether its last job has come to its end."""
        return "archived.json" in self.results


@dataclass(frozen=True)
class Recount:
    """What curated/ holds, and the items that the KPI tables must hold because of it."""

    listens: Mapping[str, int]
    repeated: Mapping[str, int]
    unknown: Mapping[str, int]
    items: Mapping[str, list[Item]]


@dataclass(frozen=True)
class AuditSnapshot:
    """The state of one moment."""

    objects: Mapping[str, StoredObject]
    batches: tuple[Batch, ...]
    """Oldest first."""
    ledger: Mapping[str, Item]
    source_etags: Mapping[str, str] = field(default_factory=dict)
    """The delivered object's etag, by archived key, where the copy has another one."""
    rejected_lines: Mapping[str, int] = field(default_factory=dict)
    """Rows below rejected/ by file_id."""
    curated_listens: Mapping[str, int] = field(default_factory=dict)
    """Distinct listens in curated/ by the file_id they came with."""
    repeated_listens: Mapping[str, int] = field(default_factory=dict)
    """Date → how many of its listens curated/ holds more than once."""
    unknown_listens: Mapping[str, int] = field(default_factory=dict)
    """Distinct listens in curated/ of tracks that no present songs file has, by file_id."""
    recounted: Mapping[str, list[Item]] = field(default_factory=dict)
    """Table → the items that it must hold."""
    items: Mapping[str, list[Item]] = field(default_factory=dict)
    """Table → the items that it holds."""
    loaded_snapshots: Mapping[str, Mapping[str, list[list[Item]]]] = field(default_factory=dict)
    """Table → date → the loader's snapshots below loaded/ of this very table; each as its items."""
    unfinished_uploads: tuple[str, ...] = ()
    days: tuple[str, ...] | None = None
    """The days of listens that this is about; None: all there is, files and ledger, too."""

    def below(self, prefix: str) -> list[str]:
        """Return keys of the objects below a prefix, without the markers that stand for folders."""
        return [key for key in self.objects if key.startswith(prefix) and not key.endswith("/")]
