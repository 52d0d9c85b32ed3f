"""One run from STARTING to its final state, in a thread of its own."""

import math
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from local_glue.api.glue_api_model import Json
from local_glue.runs.arguments.ignored_arguments import ignored_arguments, missing_module
from local_glue.runs.context import JobRun, RunContext
from local_glue.runs.files import LaunchError, RunFolder
from local_glue.runs.launch import describe, plan_run
from local_glue.runs.outcome import Outcome, outcome_of_script
from local_glue.runs.process.process import Process
from local_glue.runs.run_logs import RunLogs
from local_glue.runs.spark.drivers.driver_pool import DriverPool
from local_glue.runs.spark.drivers.start import acquire_driver
from local_glue.runs.spark.drivers.warm_driver import END_SECONDS, WarmDriver
from local_glue.settings import Settings
from local_glue.store import Scope

_POLL_SECONDS = 0.05
_LONGEST_ERROR = 2048  # characters, as of a crawl's; AWS's model sets no bound for a run's


class Execution:
    """Executes one run. `stop` and `abandon` may come from any thread at any time."""

    def __init__(
        self,
        settings: Settings,
        scope: Scope,
        record: Json,
        drivers: DriverPool,
        on_running: Callable[[float], bool],
        own_script: Callable[[RunFolder], Path] | None = None,
    ) -> None:
        """Take the run of a record; its script is downloaded, unless `own_script` puts one there."""
        self._settings = settings
        self._drivers = drivers
        self._scope = scope
        self._run = JobRun.from_record(record)
        self._on_running = on_running
        self._own_script = own_script
        self._stopped = threading.Event()
        self._abandoned: str | None = None
        self._folder_of: dict[str, RunFolder] = {}  # by the access key of the run's role

    def stop(self) -> None:
        """End the run as STOPPED."""
        self._stopped.set()

    def abandon(self, reason: str) -> None:
        """End the run as FAILED for a reason that is not the script's."""
        self._abandoned = reason
        self._stopped.set()

    def refuse(self, access_key: str, reason: str) -> None:
        """Note that a script asked for something that is not here, if the key is this run's."""
        if folder := self._folder_of.get(access_key):
            folder.refuse(reason)

    def execute(self) -> Outcome:
        """Run the job's script to its end; every line it wrote is in the logs when this returns."""
        run = self._run
        logs = RunLogs(self._settings, self._scope, run)

        with ExitStack() as ending:
            ending.callback(logs.close)
            logs.tell(describe(self._settings, run))

            driver = self._acquire_driver(logs)
            folder = driver.folder if driver else RunFolder(self._settings.runs_dir / run.id)
            ending.callback(folder.remove)
            opened = ending.enter_context(ExitStack())
            if driver:
                ending.callback(driver.kill)

            for line in ignored_arguments(run.record, run.arguments):
                logs.tell(line)

            context = RunContext(
                self._settings,
                self._scope,
                run,
                folder,
                opened,
                lambda: not self._stopped.is_set(),
                logs.tell,
                self._own_script,
            )
            outcome = self._run_script(context, driver, logs)

            if outcome.error:
                error = logs.masked(outcome.error)[:_LONGEST_ERROR]
                outcome = Outcome(outcome.state, error)
                logs.tell(f"local Glue: {outcome.state}: {error}")
                for line in missing_module(run.record, run.arguments, error):
                    logs.tell(line)

            return outcome

    def _acquire_driver(self, logs: RunLogs) -> WarmDriver | None:
        if self._run.command != "glueetl":
            return None
        driver, how = acquire_driver(self._drivers, self._settings, self._run)
        logs.tell(how)
        return driver

    def _run_script(self, context: RunContext, driver: WarmDriver | None, logs: RunLogs) -> Outcome:
        try:
            plan = plan_run(context, driver)
        except LaunchError as error:
            return Outcome("FAILED", str(error))

        self._folder_of = {plan.env["AWS_ACCESS_KEY_ID"]: context.folder}
        if self._stopped.is_set() or not self._on_running(time.time()):
            return self._ended_early()

        if driver:
            driver.attach(logs.output, logs.error)

        try:
            # After a cold start, Spark itself joins what its Python driver writes to stdout and stderr.
            start = driver.start_script if driver else partial(Process, on_error=logs.error)
            process = start(plan, logs.output)
        except OSError as error:
            return Outcome("FAILED", f"LAUNCH ERROR | {plan.argv[0]} can't be started: {error}")

        deadline = time.monotonic() + self._run.timeout_minutes * self._settings.minute_seconds
        cut_short = self._wait(process, deadline)
        if cut_short:
            process.kill()

        code = process.finish()

        jvm_code: int | None = 0
        if driver and not cut_short:
            driver.begin_to_end()
            cut_short = self._wait(driver, deadline, END_SECONDS)
            jvm_code = driver.wait(0)
            driver.kill()

        return cut_short or outcome_of_script(process, code, driver, jvm_code, context.folder)

    def _wait(
        self, process: Process | WarmDriver, deadline: float, seconds: float = math.inf
    ) -> Outcome | None:
        """Wait for its end, for so long; return the outcome of a run that is stopped or timed out before."""
        patience = time.monotonic() + seconds
        while process.wait(_POLL_SECONDS) is None and time.monotonic() < patience:
            if self._stopped.is_set():
                return self._ended_early()
            if time.monotonic() >= deadline:
                return self._timed_out()
        return None

    def _ended_early(self) -> Outcome:
        return Outcome("FAILED", self._abandoned) if self._abandoned else Outcome("STOPPED")

    def _timed_out(self) -> Outcome:
        minutes = self._run.timeout_minutes
        return Outcome("TIMEOUT", f"The run was ended after its timeout of {minutes} minute(s).")
