"""The sample as the end-to-end tests deliver it, and what a sandbox holds of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deliveries import LAST, LATE, SAMPLE, sample_songs, sample_streams
from e2e.harness import RUN_SECONDS, Observation, Sandbox
from oracle import KEYS, differences, oracle_items

from glue_sandbox.airflow.client import DagRun

STEPS = ["validate_input_files", "calculate_metrics_etl", "insert_metrics_dynamo", "archive_streams_files"]
ALL_TASKS = {"check_files", *STEPS, "check_archived", "crawl_music_streams", "notify_success"}
ALL_SUCCEEDED = {**dict.fromkeys(ALL_TASKS, "success"), "skip_execution": "skipped"}
FOLDER_MARKER = "user_streams/"
"""The 0-byte object that S3 consoles make for a folder; delivered beside the sample."""
SIDE_FILE = "user_streams/_SUCCESS"
"""What Hadoop leaves beside the data it writes; delivered beside the sample."""


@dataclass(frozen=True)
class ObservedRun:
    """What one step of a test changed: the state before it and the state after its run."""

    before: Observation
    after: Observation


@dataclass
class SampleSandbox:
    """A sandbox that has processed the sample; each stage knows what was there before it."""

    sandbox: Sandbox
    delivered: Observation
    rejected: dict[str, str]
    """Rows below rejected/ as they were then, by key."""
    partitions: dict[str, set[str]]
    """Table of the catalog → its dates, as they were then."""
    streams: list[Path] = field(default_factory=sample_streams)
    """Every stream file it was given that can be read, for the oracle."""

    def observe_run(self, act: Callable[[], DagRun]) -> ObservedRun:
        """Return the state before and after what `act` does; the state after is of the run it returns."""
        before = self.sandbox.observe(self.sandbox.runs()[-1])
        return ObservedRun(before, self.sandbox.observe(act()))

    def run_dag(self) -> DagRun:
        """Return a run that was triggered and succeeded; AssertionError with its story otherwise."""
        run = self.sandbox.run_dag()
        assert run.state == "success", self.sandbox.why(run)
        return run

    def deliver_late(self) -> None:
        """Deliver listens of a day whose KPIs exist."""
        self.sandbox.deliver({"user_streams/late.csv": LATE.read_bytes()})
        self.streams.append(LATE)

    def land_last(self) -> DagRun:
        """Return the run that S3's event started for a file delivered by `seed`."""
        known = {run.run_id for run in self.sandbox.runs()}
        self.sandbox.event_on()
        try:
            said = self.sandbox.command("seed", str(LAST), seconds=RUN_SECONDS)
            self.streams.append(LAST)
            (run,) = (run for run in self.sandbox.settle() if run.run_id not in known)
        finally:
            self.sandbox.event_off()
        assert run.state == "success", self.sandbox.why(run)
        assert run.run_id in said
        return run

    def oracle_differences(self, observed: Observation) -> list[str]:
        """Return what differs from the oracle's count of every file delivered so far."""
        return item_differences(oracle_items(self.streams, sample_songs()), observed.items)


def item_differences(expected: dict[str, Any], items: dict[str, Any]) -> list[str]:
    """Return the differences of all KPI tables."""
    return [line for table in KEYS for line in differences(table, expected[table], items[table])]


def sample_bytes() -> dict[str, bytes]:
    """Return the sample by name below the landing prefix, songs and users first, streams in key order."""
    folders = (sorted((SAMPLE / folder).rglob("*")) for folder in ("songs", "users", "user_streams"))
    files = [path for folder in folders for path in folder if path.is_file()]
    return {path.relative_to(SAMPLE).as_posix(): path.read_bytes() for path in files}


def good_names() -> list[str]:
    """Return the names of the sample's good stream files, with their folders."""
    streams = SAMPLE / "user_streams"
    return [path.relative_to(streams).as_posix() for path in sample_streams()]


def archive_name(key: str) -> str:
    """Return YYYY/MM/DD/[folder/]<timestamp>_<name> as [folder/]<name>."""
    path = Path(*Path(key).parts[3:])
    return (path.parent / path.name.split("_", 1)[1]).as_posix()


def archived_names(observed: Observation) -> list[str]:
    """Return the names of all archived files, sorted."""
    return sorted(archive_name(key) for key in observed.below("archive/"))


def temporary(observed: Observation) -> list[str]:
    """Return keys that a finished run leaves none of."""
    prefixes = ("staging/", "pending/")
    return [key for key in observed.objects if "temporary" in key or key.startswith(prefixes)]
