"""The history of runs: what Airflow says of each, joined with what it left in the bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from glue_sandbox.airflow.client import AirflowApi, DagRun, TaskInstance
from glue_sandbox.clients import client, s3
from glue_sandbox.settings import Settings
from glue_sandbox.status.status import data_places
from glue_sandbox.terminal.words import counted
from music.date_range import EVERY_DAY, DateRange
from music.runs.names import run_id_of
from music.runs.step_results import STEPS, RunResults, read_results, runs_with_work
from music.runs.words import IF_IT_FAILS_TOO
from music_streams import layout
from music_streams.contracts import STREAMS
from music_streams.deliveries import manifest
from music_streams.layout import batch_id_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LATEST = 20
LOOKED_AT = 100  # most runs of a schedule find nothing to do
COMPUTES_ITS_DAYS = "computes its pending days"
FAILED_STATES = ("failed", "up_for_retry")


@dataclass(frozen=True)
class Problem:
    """Why a run is not done, and what happens next."""

    step: str
    why: str
    next: str


@dataclass(frozen=True)
class Run:
    """One line of the history."""

    run_id: str
    began: str | None
    seconds: float | None
    state: str
    results: RunResults | None
    problem: Problem | None = None


@dataclass(frozen=True)
class History:
    """The latest runs, newest first; of those beside them, how many had work, and how many found none to do.

    `idle` is None where nobody knows.
    """

    runs: list[Run]
    more: int
    idle: int | None


@dataclass(frozen=True)
class Upcoming:
    """Who takes up what failed runs have left: a run under way, or the next one."""

    s3: S3Client
    bucket: str
    under_way: Sequence[DagRun]
    """Newest first, as Airflow lists them."""
    next_run: str | None
    """When the schedule starts it; None without a schedule."""

    def who_takes_work_of(self, failed: DagRun) -> str:
        """Return which run it is, as the beginning of a sentence."""
        for run in reversed(self.under_way):
            if self._takes_work_of(failed, run):
                return f"run {run.run_id}, which is under way,"

        if self.next_run is None:
            return "the next run, when somebody starts it (no schedule),"
        return f"the next run, at {self.next_run[:19].replace('T', ' ')} UTC,"

    def _takes_work_of(self, failed: DagRun, run: DagRun) -> bool:
        """Return whether its manifest has some of that work; one without a manifest has yet to look."""
        try:
            taken = manifest.read(self.s3, self.bucket, batch_id_of(run.run_id))
            left = manifest.read(self.s3, self.bucket, batch_id_of(failed.run_id))
        except manifest.ManifestMissingError:
            return True
        own_dates = layout.pending_key(left.batch_id)
        work = {*left.of_kind(STREAMS.kind), *left.pending, own_dates}
        return not work.isdisjoint([*taken.of_kind(STREAMS.kind), *taken.pending])


def with_airflow(
    settings: Settings, airflow: AirflowApi, limit: int = LATEST, dates: DateRange = EVERY_DAY
) -> History:
    """Return the runs that had work or did not succeed, as Airflow knows them.

    Raises:
        SandboxError: Airflow does not answer.
    """
    bucket, _ = data_places(settings)
    with_work = runs_with_work(s3(settings), bucket, dates)
    known = set(with_work)

    latest = airflow.dag_runs(settings.dag_id, limit=LOOKED_AT)
    all_runs = [
        run for run in latest if not dates or (run.start_date is not None and run.start_date[:10] in dates)
    ]

    shown = [run for run in all_runs if run.state != "success" or batch_id_of(run.run_id) in known]

    # Runs of a schedule push those that had work off Airflow's page; their results still tell of them.
    on_page = {batch_id_of(run.run_id) for run in all_runs}
    older = [batch_id for batch_id in with_work if batch_id not in on_page]
    of_page, of_older = shown[:limit], older[: max(0, limit - len(shown))]

    wanted = [*(batch_id_of(run.run_id) for run in of_page), *of_older]
    results = read_results(s3(settings), bucket, [batch_id for batch_id in wanted if batch_id in known])

    under_way = [run for run in latest if not run.is_over]
    upcoming = Upcoming(s3(settings), bucket, under_way, airflow.next_run(settings.dag_id))
    runs = [_run(settings, airflow, run, results.get(batch_id_of(run.run_id)), upcoming) for run in of_page]
    runs += [_from_results(settings, results[batch_id]) for batch_id in of_older]
    return History(runs, len(shown) + len(older) - len(runs), len(all_runs) - len(shown))


def without_airflow(settings: Settings, limit: int = LATEST, dates: DateRange = EVERY_DAY) -> History:
    """Return the runs that had work, by their results and Glue's own history."""
    bucket, _ = data_places(settings)
    with_work = runs_with_work(s3(settings), bucket, dates)
    results = read_results(s3(settings), bucket, with_work[:limit])
    runs = [_from_results(settings, each) for each in results.values()]
    return History(runs, len(with_work) - len(runs), None)


def _run(
    settings: Settings, airflow: AirflowApi, run: DagRun, results: RunResults | None, upcoming: Upcoming
) -> Run:
    problem = None
    if run.state != "success":
        tasks = airflow.task_instances(settings.dag_id, run.run_id)
        broken = next((task for task in tasks if task.state in FAILED_STATES), None)
        if broken:
            why = job_error(settings, broken.task_id, batch_id_of(run.run_id)) or last_error(
                airflow.task_log(settings.dag_id, run.run_id, broken.task_id, broken.try_number)
            )
            who = upcoming.who_takes_work_of(run)
            problem = Problem(broken.task_id, why, what_is_next(run, broken, results, who))

    seconds = _seconds(run.start_date, run.end_date)
    return Run(run.run_id, run.start_date, seconds, run.state, results, problem)


def _from_results(settings: Settings, results: RunResults) -> Run:
    if results.is_done:
        return Run(run_id_of(results.batch_id), results.began, results.seconds, "success", results)

    # Loading leaves no result, so what Glue says of each later step tells where it broke off.
    after = STEPS[STEPS.index(results.last_step) + 1 :] if results.last_step else STEPS
    errors = {step: job_error(settings, step, results.batch_id) for step in after}
    step, why = next(((s, e) for s, e in errors.items() if e), (after[0], "it left no result"))

    return Run(
        run_id_of(results.batch_id),
        results.began,
        results.seconds,
        "not done",
        results,
        Problem(step, why, f"make up; then the next run {_work_left(results)}"),
    )


def job_error(settings: Settings, step: str, batch_id: str) -> str:
    """Return what Glue says of the latest run of this job for this batch; empty if it did not fail."""
    if step not in STEPS:
        return ""

    runs: Sequence[Mapping[str, Any]] = client(settings, "glue").get_job_runs(JobName=step)["JobRuns"]
    of_batch = [
        run for run in runs if batch_id_of(run.get("Arguments", {}).get("--batch_id", "")) == batch_id
    ]
    if not of_batch:
        return ""

    latest = max(of_batch, key=lambda run: run["StartedOn"])
    if latest["JobRunState"] in ("SUCCEEDED", "RUNNING", "STARTING"):
        return ""
    return f"{latest['JobRunState']}: {latest.get('ErrorMessage', 'no message')}"


def last_error(log: str) -> str:
    """Return the last line of a task's log that names an error; else its last line."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if "Error" in line or "Exception" in line]
    return (errors or lines or ["its log is empty"])[-1]


def what_is_next(run: DagRun, task: TaskInstance, results: RunResults | None, who: str) -> str:
    """Return who does what next with a run that met a problem; `who` takes up the work that it left."""
    if not run.is_over and task.state == "up_for_retry":
        return f"Airflow repeats the step by itself (try {task.try_number} failed)"
    if not run.is_over:
        return "the run is still under way"

    if results is None:
        return f"{who} starts from the beginning{IF_IT_FAILS_TOO}"
    if results.is_done:
        return "nothing, its KPIs are complete; to repeat what failed, clear that task in Airflow"
    if results.pending_left and not results.waiting:
        return f"{who} {COMPUTES_ITS_DAYS}{IF_IT_FAILS_TOO}"
    if not results.waiting:
        done = "files are processed" if results.files else "days are computed"
        return f"nothing: its {done}"
    return f"{who} {_work_left(results)}{IF_IT_FAILS_TOO}"


def _work_left(results: RunResults) -> str:
    if results.waiting:
        return f"processes its {counted(results.waiting, 'file')} in landing"
    return COMPUTES_ITS_DAYS if results.pending_left else "has nothing left to do for it"


def _seconds(start: str | None, end: str | None) -> float | None:
    if not start or not end:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
