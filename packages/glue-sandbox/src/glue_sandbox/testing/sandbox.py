"""A running sandbox as tests use it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from glue_sandbox import clients, hints
from glue_sandbox.airflow.client import DagRun, TaskInstance
from glue_sandbox.airflow.dag_runs import open_dag
from glue_sandbox.command import SERVICES, set_up_for
from glue_sandbox.deploy.buckets import delete_all_objects, ensure_bucket
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import ENDED
from glue_sandbox.machine.mode import CONTAINERS
from glue_sandbox.processes.process_table import ProcessTable
from glue_sandbox.processes.services import GLUE
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.start import start
from glue_sandbox.startup.steps import as_ctrl_c, nothing_cuts_short
from glue_sandbox.status.status import must_run
from glue_sandbox.testing.failures import RunFailedError, failed_job_runs, job_failure
from glue_sandbox.testing.project_data import delete_project_data
from glue_sandbox.testing.shared_use import shared_use

POLL_SECONDS = 0.3
RUN_SECONDS = 900.0


@contextmanager
def sandbox_for_tests(settings: Settings | None = None) -> Iterator[TestSandbox]:
    """Start the project's sandbox, and stop it at the end; one that runs is used as it is, and goes on.

    Either way its resources are brought to what the project describes now. Sessions at once share one,
    which the first starts and the last stops. A signal that ends the process counts as Ctrl-C meanwhile,
    so that nothing goes on without its tests.

    Raises:
        SandboxError: it does not start, or runs in containers of which none is up.
    """
    settings = settings or load_settings(default_mode="embedded")
    hints.use(settings.project.entrance)  # services are told it, and replaced if it differs
    runs_already = _runs(settings)
    if settings.mode == CONTAINERS and not runs_already:
        raise SandboxError("MODE=embedded, or containers that are up", "none is up", "make up, then repeat")
    supervisor = Supervisor(settings)

    def bring_up() -> None:
        if not runs_already:
            set_up_for(settings, SERVICES)
        start(settings)

    def bring_down() -> None:
        with nothing_cuts_short():
            supervisor.stop_all()

    settings.make_state()
    with as_ctrl_c(), shared_use(settings.state, lambda: _running(settings), bring_up, bring_down):
        yield TestSandbox(settings)


def _runs(settings: Settings) -> bool:
    try:
        must_run(settings)
    except SandboxError:
        return False
    return True


def _running(settings: Settings) -> str:
    """Return which sandbox runs, by its Glue service; empty if none does."""
    if settings.mode == CONTAINERS:
        return CONTAINERS
    record = ProcessTable(settings.state / "services.json").read().get(GLUE)
    return str(record) if record and record.process() else ""


class TestSandbox:
    """The running sandbox of the project; `settings` says where it answers, and its buckets' names."""

    __test__ = False  # not a test, whatever its name

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    def bucket(self) -> str:
        """The data bucket."""
        return self.settings.data_bucket

    def client(self, service: str) -> Any:
        """Return a client of an AWS service, by its name."""
        return clients.client(self.settings, service)

    @contextmanager
    def own_bucket(self, name: str) -> Iterator[str]:
        """Make a bucket that nobody else has, named after `name`; it goes with all that is in it."""
        s3 = clients.s3(self.settings)
        bucket = f"{re.sub('[^a-z0-9]+', '-', name.lower())[-40:].strip('-')}-{uuid.uuid4().hex[:8]}"
        ensure_bucket(s3, bucket, self.settings.region)
        try:
            yield bucket
        finally:
            delete_all_objects(s3, bucket)
            s3.delete_bucket(Bucket=bucket)

    def delete_all_data(self, seconds: float = RUN_SECONDS) -> None:
        """Delete all objects of the project's buckets (folders stay) and all items of its tables.

        Runs of its DAG and of jobs that are under way are waited for, as they would write again.
        """
        delete_project_data(self.settings, seconds)

    def run_job(self, name: str, seconds: float = RUN_SECONDS, **arguments: Any) -> Mapping[str, Any]:
        """Run a Glue job to its end, `day="2024-06-25"` being its argument `--day`; return Glue's answer.

        Where Glue allows no run beside those under way, as of another worker, it waits for its turn.

        Raises:
            RunFailedError: it did not succeed, with its error and the end of its log; or not in time.
        """
        glue = self.client("glue")
        given = {f"--{key}": str(value) for key, value in arguments.items()}
        deadline = time.monotonic() + seconds
        run_id = _started(glue, name, given, deadline)
        while True:
            run: Mapping[str, Any] = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
            if run["JobRunState"] == "SUCCEEDED":
                return run
            if run["JobRunState"] in ENDED:
                raise RunFailedError(job_failure(self.client("logs"), run))
            if time.monotonic() > deadline:
                glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
                raise RunFailedError(
                    f"job {name} is {run['JobRunState']} after {seconds:.0f} s; it is stopped"
                )
            time.sleep(POLL_SECONDS)

    def run_dag(
        self, dag_id: str, conf: Mapping[str, Any] | None = None, seconds: float = RUN_SECONDS
    ) -> dict[str, str | None]:
        """Run a DAG to its end; return each task's state.

        Raises:
            RunFailedError: it failed, with the end of the failed task's log, and with the error and the end
                of the log of each job that failed meanwhile; or it did not end in time.
        """
        with open_dag(self.settings, dag_id) as dag:
            return self._follow(dag_id, dag.trigger(conf), seconds)

    def run_started_by(
        self, action: Callable[[], object], dag_id: str, seconds: float = RUN_SECONDS
    ) -> dict[str, str | None]:
        """Do what is to start a run of the DAG by itself, such as an upload; follow it as `run_dag` does.

        Raises:
            RunFailedError: no run began, or as `run_dag`.
        """
        with open_dag(self.settings, dag_id) as dag:
            known = {run.run_id for run in dag.runs()}
            action()
            deadline = time.monotonic() + seconds
            while not (new := [run for run in dag.runs() if run.run_id not in known]):
                if time.monotonic() > deadline:
                    raise RunFailedError(f"no run of {dag_id} began within {seconds:.0f} s")
                time.sleep(POLL_SECONDS)
            return self._follow(dag_id, new[-1], seconds)

    def _follow(self, dag_id: str, run: DagRun, seconds: float) -> dict[str, str | None]:
        since = datetime.now(UTC)
        with open_dag(self.settings, dag_id) as dag:
            try:
                ended = dag.follow_run(run, seconds, _ignore)
            except SandboxError as error:
                jobs = [
                    job_failure(self.client("logs"), each)
                    for each in failed_job_runs(self.client("glue"), since)
                ]
                raise RunFailedError("\n".join([str(error), error.details, *jobs])) from None
            return {task.task_id: task.state for task in dag.tasks(ended)}


def _started(glue: Any, name: str, arguments: Mapping[str, str], deadline: float) -> str:
    """Start a run as soon as Glue allows it; return its id."""
    while True:
        try:
            return str(glue.start_job_run(JobName=name, Arguments=arguments)["JobRunId"])
        except glue.exceptions.ConcurrentRunsExceededException as error:
            if time.monotonic() > deadline:
                raise RunFailedError(f"job {name} had no turn in time: {error}") from None
        time.sleep(POLL_SECONDS)


def _ignore(_run: DagRun, _tasks: list[TaskInstance]) -> None:
    """Show no progress."""
