"""Follows DAG runs: those that process a delivery, or whatever is under way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from glue_sandbox.airflow.client import DagRun
from glue_sandbox.airflow.dag_runs import EVENT_SECONDS, POLL_SECONDS, Dag, FailedRunError, Progress, open_dag
from glue_sandbox.clients import s3
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.supervisor import State
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import airflow_state, data_places, next_command
from glue_sandbox.terminal.console import Step, last_words, out, step, working
from glue_sandbox.terminal.words import counted
from music.kpis.reader import KpiReader, busiest, recent
from music.runs.progress import TaskProgress
from music_streams import layout, step_results, storage
from music_streams.deliveries import manifest
from music_streams.layout import batch_id_of
from music_streams.step_results import Calculated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from music.deliveries.upload import Delivery

PATIENCE_SECONDS = 1800
STOPPED_WATCHING = "stopped watching; the run goes on: make watch follows it again, then: make kpis"
LOOK_SECONDS = 20.0
"""How long a run may look for files; on a busy machine it takes several seconds."""
DONE = ("success", "skipped", "failed", "upstream_failed", "removed")
ObjectId = tuple[str, str, str]
"""Key, etag and time of a delivered object: the same file may be delivered again."""


@dataclass
class DeliveryWatch:
    """Follows the runs whose manifests have the delivered files, one after the other."""

    dag: Dag
    s3: S3Client
    bucket: str
    over_before: set[str]
    """Runs that were over before the delivery: they cannot have it."""
    event_seconds: float = EVENT_SECONDS
    _finished: list[DagRun] = field(default_factory=list)

    def follow(self, delivered: set[ObjectId]) -> list[DagRun]:
        """Return the runs that processed these objects, when all of them have succeeded.

        Raises:
            SandboxError: a run failed, or none took the files.
        """
        left = set(delivered)
        while left:
            with step("Run with these files") as waiting:
                run, files = self._taker(left, waiting)
                waiting.result = f"{run.run_id}, {counted(len(files), 'file')}; {_started_by(run)}"
            with TaskProgress() as progress:
                self._finished.append(self.dag.follow_run(run, PATIENCE_SECONDS, progress.update))
            left -= files
        return self._finished

    def _taker(self, left: set[ObjectId], waiting: Step) -> tuple[DagRun, set[ObjectId]]:
        """Return the first run that has some of the files, and those; start one if none comes.

        Meanwhile it is said which other run is at work: the one with the files comes after it.
        """
        triggered: DagRun | None = None
        deadline = time.monotonic() + self.event_seconds

        while True:
            known = self.over_before | {run.run_id for run in self._finished}
            others = [run for run in self.dag.runs() if run.run_id not in known][::-1]
            for run in others:
                files = left & manifest_files(self.s3, self.bucket, run.run_id)
                if files:
                    return run, files

            at_work = next((run for run in others if run.state == "running"), None)
            waiting.tell(f"comes after run {at_work.run_id}" if at_work else "")
            if all(run.is_over for run in others):
                if taken := self._archived_with_an_earlier_copy([*self._finished, *others], left):
                    return taken
                if triggered and triggered.run_id in {run.run_id for run in others}:
                    raise SandboxError(
                        "a run with the delivered files",
                        f"{triggered.run_id} ended without them",
                        "make runs",
                    )
                if time.monotonic() > deadline and not triggered:
                    triggered = self.dag.trigger()

            time.sleep(POLL_SECONDS)

    def _archived_with_an_earlier_copy(
        self, runs: Sequence[DagRun], left: set[ObjectId]
    ) -> tuple[DagRun, set[ObjectId]] | None:
        """Return the run that archived the same content, delivered before, and what came meanwhile."""
        gone = {each for each in left if storage.head(self.s3, self.bucket, each[0]) is None}
        for run in runs if gone else ():
            taken = {each[:2] for each in manifest_files(self.s3, self.bucket, run.run_id)}
            files = {each for each in gone if each[:2] in taken}
            if files:
                return run, files
        return None


def objects_of(bucket: S3Client, name: str, deliveries: Sequence[Delivery]) -> set[ObjectId]:
    """Return the stream files among these deliveries, as they lie in landing now."""
    heads = {each.key: storage.head(bucket, name, each.key) for each in deliveries if each.kind == "streams"}
    return {
        (key, storage.clean_etag(head["ETag"]), manifest.utc(head["LastModified"]))
        for key, head in heads.items()
        if head is not None
    }


def manifest_files(s3: S3Client, bucket: str, run_id: str) -> set[ObjectId]:
    """Return every file in a run's manifest; none while it has no manifest."""
    frozen: Any = storage.read_json(s3, bucket, layout.manifest_key(batch_id_of(run_id))) or {}
    return {(file["key"], file["etag"], file["last_modified"]) for file in frozen.get("files", ())}


def kpis_command(s3: S3Client, bucket: str, runs: Sequence[DagRun], reader: KpiReader) -> str:
    """Return the command that shows what these runs computed: their day, of several the busiest."""
    results = [step_results.read(s3, bucket, batch_id_of(run.run_id), Calculated) for run in runs]
    dates = {date for result in results if result is not None for date in result.dates}
    if not dates:
        return "make rejected"
    date = dates.pop() if len(dates) == 1 else busiest(reader, recent(sorted(dates)))
    return f"make kpis DATE={date}"


def watch(settings: Settings) -> None:
    """Follow what is under way until nothing is.

    Raises:
        SandboxError: nothing runs here, or a run failed.
    """
    state = airflow_state(settings)
    if state != State.HEALTHY:
        raise SandboxError("a running Airflow", f"it is {state}", next_command(state))

    bucket, _ = data_places(settings)
    with last_words(STOPPED_WATCHING), open_dag(settings) as dag, TaskProgress() as progress:
        finished = follow_all(dag, progress.update)
        latest = finished[-1:] or dag.runs()[:1]

    if finished:
        command = kpis_command(s3(settings), bucket, finished, KpiReader(settings))
        out.print(f"[green]✓[/] {counted(len(finished), 'run')} done; see the KPIs: {command}")
    elif latest:
        out.print(f"no run is under way; the latest, {latest[0].run_id}: {latest[0].state}")
        out.print("next: make seed, or make runs")
    else:
        out.print("no run yet; next: make seed")


def follow_all(dag: Dag, progress: Progress) -> list[DagRun]:
    """Return the runs that were followed, oldest first, when none is queued or under way any more."""
    finished: list[DagRun] = []
    while active := [run for run in dag.runs() if not run.is_over]:
        finished.append(dag.follow_run(active[-1], PATIENCE_SECONDS, progress))
    return finished


def under_way(dag: Dag) -> str:
    """Return which run is under way and at which step; empty for none."""
    run = _active_run(dag)
    if run is None:
        return ""
    tasks = dag.tasks(run)
    number, current = next(
        ((at, task.task_id) for at, task in enumerate(tasks, 1) if task.state not in DONE), (0, "its end")
    )
    position = f" (step {number} of {len(tasks)})" if number else ""
    return f"run {run.run_id} is at {current}{position}"


def say_what_is_waited_for(dag: Dag) -> None:
    """Print which run has to end before one that is started now can begin; nothing if there is none."""
    with working("Looking for runs"):
        other = at_work(dag)
    if other:
        out.print(f"{other}; this one begins when it is done (another terminal shows both: make watch)")


@contextmanager
def mended_by(text: str) -> Iterator[None]:
    """Tell of a run that fails what to do about it, before where else to look.

    Raises:
        SandboxError: the run failed.
    """
    try:
        yield
    except FailedRunError as error:
        following = f"{text}; {error.next_command}"
        raise SandboxError(error.expected, error.found, following, error.details) from None


def under_way_in(settings: Settings) -> str:
    """Return the same of a sandbox; empty where Airflow does not run."""
    return _of_its_dag(settings, under_way)


def at_work_in(settings: Settings) -> str:
    """Return which run is at work; one that looks for files, mostly for nothing, is waited for."""
    return _of_its_dag(settings, at_work)


def _of_its_dag(settings: Settings, tell: Callable[[Dag], str]) -> str:
    if airflow_state(settings) != State.HEALTHY:
        return ""
    with open_dag(settings) as dag:
        return tell(dag)


def at_work(dag: Dag) -> str:
    """Return the same of a DAG; after LOOK_SECONDS a run that still looks for files counts, too."""
    deadline = time.monotonic() + LOOK_SECONDS
    while _looks_for_files(dag) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return under_way(dag)


def _looks_for_files(dag: Dag) -> bool:
    """Return whether a run is under way that has not come to its second step, the first that changes data."""
    run = _active_run(dag)
    return run is not None and all(task.state in (None, "skipped") for task in dag.tasks(run)[1:2])


def _active_run(dag: Dag) -> DagRun | None:
    active = [run for run in dag.runs() if not run.is_over]
    return active[-1] if active else None


def _started_by(run: DagRun) -> str:
    if run.run_id.startswith("s3__"):
        return "started by the S3 event"
    return "started by the schedule" if run.run_type == "scheduled" else "started by hand or by this command"
