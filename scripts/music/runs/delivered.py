"""What became of each file that runs were to work on: another etag under the same key is another file.

The ledger has one row per key, of the latest delivery. Of an earlier one there is what its run has left.
Each run that reads a songs or users file begins its row afresh: until it has counted, an earlier run's counts
stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from music.kpis.reader import Item, KpiReader
from music_streams.contracts import INPUTS, LEDGER_KEY, STREAMS
from music_streams.ledger import FAILED, SUCCESS
from music_streams.step_results import Calculated, Validated

READ_BY_EVERY_RUN = {*INPUTS} - {STREAMS.kind}


@dataclass(frozen=True)
class Delivered:
    """One file of one or several manifests, and what became of it."""

    file: Mapping[str, Any]
    """As its manifest has it."""
    row: Item
    """Attributes as the ledger has them; of an earlier delivery, those that its run has left."""
    is_earlier: bool = False
    """Whether another file was delivered under its key since."""

    @property
    def name(self) -> str:
        """Its name below landing, as people read it."""
        short = str(self.file["key"]).split("/", 1)[-1]
        return f"{short} (earlier delivery)" if self.is_earlier else short


def read_delivered(reader: KpiReader, manifests: Sequence[Item]) -> list[Delivered]:
    """Return the files of these manifests, oldest manifest first, by key and then by the time they came.

    One that no step has recorded yet is left out.
    """
    runs: dict[str, _Run] = {}
    read_by: dict[tuple[str, str], list[_Run]] = {}
    files: dict[tuple[str, str], Mapping[str, Any]] = {}
    for manifest in manifests:
        run = runs.setdefault(str(manifest["batch_id"]), _Run(reader, str(manifest["batch_id"])))
        for file in manifest["files"]:
            files[file["key"], file["etag"]] = file
            read_by.setdefault((file["key"], file["etag"]), []).append(run)

    latest = {str(row[LEDGER_KEY]): row for row in reader.ledger(sorted({key for key, _ in files}))}
    found = []
    for (key, etag), file in files.items():
        row = latest.get(key)
        if row is None:
            continue
        if row["etag"] == etag:
            is_afresh = file["kind"] in READ_BY_EVERY_RUN and _lacks_counts(row)
            left = _latest_left(read_by[key, etag], key, etag) if is_afresh else {}
            found.append(Delivered(file, {**left, **row} if "rejected_rows" in left else row))
        elif file["last_modified"] <= row["delivered_at"]:
            found.append(Delivered(file, _latest_left(read_by[key, etag], key, etag), is_earlier=True))
    return sorted(found, key=lambda each: (each.file["key"], not each.is_earlier, _came(each)))


def _lacks_counts(row: Item) -> bool:
    """Return whether a good file's rows are still to be counted, as each run that reads it begins afresh."""
    return row.get("validation_status") != FAILED and "rejected_rows" not in row


def _latest_left(runs: Sequence[_Run], key: str, etag: str) -> Item:
    """Return what the latest of these runs has left of a file: rather one that has counted its rows."""
    latest: Item = {}
    for run in reversed(runs):
        left = run.left.get((key, etag), {})
        latest = latest or left
        if left and not _lacks_counts(left):
            return left
    return latest


def _came(delivered: Delivered) -> str:
    return str(delivered.file["last_modified"]) if delivered.is_earlier else ""


class _Run:
    """What the steps of one run have left of its files; read when it is asked for."""

    def __init__(self, reader: KpiReader, batch_id: str) -> None:
        self._reader, self._batch_id = reader, batch_id

    @cached_property
    def left(self) -> Mapping[tuple[str, str], Item]:
        """Key and etag → the attributes that the ledger had of it."""
        validated = self._reader.step_result(self._batch_id, Validated)
        calculated = self._reader.step_result(self._batch_id, Calculated)
        left: dict[tuple[str, str], Item] = {}
        if validated:
            for good in validated.files:
                of_good = {"rows": good.rows, "validation_status": SUCCESS}
                left[good.delivered.key, good.delivered.etag] = of_good
        if calculated:
            for counted in (*calculated.files, *calculated.reference_files):
                delivered = counted.staged.delivered
                of_counted = {**counted.counts.to_json(), "validation_status": SUCCESS}
                left[delivered.key, delivered.etag] = of_counted
        if validated:
            for bad in validated.bad_files:
                of_bad = {"validation_status": FAILED, "error": bad.reason}
                left[bad.delivered.key, bad.delivered.etag] = of_bad
        return left
