"""Which runs a report is of: the latest with files of its own unless others are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.words import counted
from music.kpis.reader import Item, KpiReader
from music.runs.names import run_id_of
from music_streams.contracts import INPUTS, STREAMS
from music_streams.layout import batch_id_of

NO_MANIFEST: Item = {"files": []}
"""What was there before the first run."""


@dataclass(frozen=True)
class ChosenRuns:
    """Manifests, oldest first; of a single run without the songs and users files of the run before it."""

    manifests: Sequence[Item]
    files_of_earlier_runs: int = 0
    """How many such files were left out: they stay in landing, and every run reads them again."""

    @property
    def named(self) -> str:
        """Return how a title names them."""
        names = [run_id_of(str(manifest["batch_id"])) for manifest in self.manifests]
        return f"run {names[0]}" if len(names) == 1 else counted(len(names), "run")


def choose_runs(reader: KpiReader, run: str | None, show_all: bool) -> ChosenRuns:
    """Return the run of that id, or all, or the latest that had files of its own.

    Raises:
        SandboxError: there is no run of that id that had work.
    """
    if show_all:
        return ChosenRuns(reader.manifests())

    latest: ChosenRuns | None = None
    newest_first = reader.manifests_up_to(batch_id_of(run) if run else None)
    for manifest, before in pairwise(chain(newest_first, [NO_MANIFEST])):
        found = _without_files_of(before, manifest)
        if run or found.manifests[0]["files"]:
            return found
        latest = latest or found

    if run:
        raise SandboxError("a run that had files", f"RUN={run}", "make runs")
    return latest or ChosenRuns([])


def about_earlier_files(runs: ChosenRuns) -> str:
    """Return what is said of the files that were left out."""
    files = counted(runs.files_of_earlier_runs, "songs or users file")
    return f"left out: {files} that came before this run, as every run reads them"


def _without_files_of(before: Item, manifest: Item) -> ChosenRuns:
    known = {_identity(file) for file in before["files"]}
    earlier = [
        file for file in manifest["files"] if file["kind"] != STREAMS.kind and _identity(file) in known
    ]
    own = [file for file in manifest["files"] if file not in earlier]
    return ChosenRuns([{**manifest, "files": own}], sum(file["kind"] in INPUTS for file in earlier))


def _identity(file: Mapping[str, Any]) -> tuple[str, str]:
    return file["key"], file["etag"]
