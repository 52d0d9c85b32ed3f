"""The ledger's interface with a dictionary behind it; the real one is proven against DynamoDB's API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from music_streams.deliveries.file_counts import FileCounts
from music_streams.deliveries.manifest import DeliveredFile


class FakeLedger:
    """Rows by key, and what was recorded, in order."""

    def __init__(self, **rows: Any) -> None:
        self.rows: dict[str, dict[str, Any]] = rows
        self.records: list[tuple[str, str, str | None]] = []

    def row(self, key: str) -> dict[str, Any] | None:
        return self.rows.get(key)

    def rows_of(self, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        return {key: self.rows[key] for key in keys if key in self.rows}

    def validated(self, file: DeliveredFile, rows: int, problem: str | None = None) -> None:
        self.records.append(("validated", file.key, problem or f"{rows} rows"))
        status = "SUCCESS" if problem is None else "FAILED"
        self.rows[file.key] = {
            "etag": file.etag,
            "batch_id": "b1",
            "delivered_at": file.last_modified,
            "rows": rows,
            "validation_status": status,
            "error": problem,
        }

    def set_aside(self, file: DeliveredFile) -> None:
        self.records.append(("set_aside", file.key, None))

    def record_no_outcome(self, file: DeliveredFile, problem: str) -> None:
        self.records.append(("no_outcome", file.key, problem))

    def counted(self, counts: Mapping[DeliveredFile, FileCounts]) -> None:
        for file, of_file in counts.items():
            self.records.append(("counted", file.key, None))
            self.rows.setdefault(file.key, {}).update(of_file.to_json())

    def ingested(self, files: Iterable[DeliveredFile], problem: str | None = None) -> None:
        self.records += [("ingested", file.key, problem) for file in files]

    def archived(self, files: Iterable[DeliveredFile], problem: str | None = None) -> None:
        self.records += [("archived", file.key, problem) for file in files]

    def step_failed(self, file: DeliveredFile, step: str, why: str, what_next: str) -> None:
        self.records.append(("step_failed", file.key, f"{step}: {why}; {what_next}"))
