"""One run from STARTING to its final state, in a thread of its own."""

import logging
import math
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from local_glue.api.glue_api_model import Json
from local_glue.aws.clients import client, own_credentials
from local_glue.aws.log_stream import CONFIG, LogStream
from local_glue.runs.arguments import merge
from local_glue.runs.error_line import error_message, message_of
from local_glue.runs.files import LaunchError, RunFolder, text_in
from local_glue.runs.ignored_arguments import ignored_arguments
from local_glue.runs.launch import describe, plan_run
from local_glue.runs.log_names import continuous_log, stream_name
from local_glue.runs.process.masking import mask, secrets_of
from local_glue.runs.process.process import Process
from local_glue.runs.spark.driver import END_SECONDS, WarmDriver
from local_glue.runs.spark.driver_pool import DriverPool
from local_glue.runs.spark.start import acquire_driver
from local_glue.settings import Settings
from local_glue.store import Scope

logger = logging.getLogger(__name__)

_POLL_SECONDS = 0.05
_LONGEST_ERROR = 2048  # characters, as of a crawl's; AWS's model sets no bound for a run's


@dataclass(frozen=True)
class Outcome:
    """How a run ended: a final state, and why when it did not succeed."""

    state: str
    error: str | None = None


class Execution:
    """Executes one run. `stop` and `abandon` may come from any thread at any time."""

    def __init__(
        self,
        settings: Settings,
        scope: Scope,
        run: Json,
        drivers: DriverPool,
        on_running: Callable[[float], bool],
    ) -> None:
        self._settings = settings
        self._drivers = drivers
        self._scope = scope
        self._run = run
        self._on_running = on_running
        self._stopped = threading.Event()
        self._abandoned: str | None = None

    def stop(self) -> None:
        """End the run as STOPPED."""
        self._stopped.set()

    def abandon(self, reason: str) -> None:
        """End the run as FAILED for a reason that is not the script's."""
        self._abandoned = reason
        self._stopped.set()

    def execute(self) -> Outcome:
        """Run the job's script to its end; every line it wrote is in the logs when this returns."""
        arguments = merge(self._run["Definition"], self._run["Arguments"])
        secret_values = secrets_of(arguments)
        group = self._run["LogGroupName"]
        stream = stream_name(self._run["Definition"]["Command"]["Name"], self._run["Id"], arguments)
        own = own_credentials(self._settings, self._scope)
        logs = client(self._settings, "logs", self._scope.region, own, CONFIG)
        output = LogStream(logs, f"{group}/output", stream)
        errors = [LogStream(logs, f"{group}/error", stream)]
        if names := continuous_log(self._run, arguments):
            errors.append(LogStream(logs, *names))

        def tell(line: str) -> None:
            for error in errors:
                error.write(line)

        driver, opened = None, ExitStack()
        folder = RunFolder(self._settings.runs_dir / self._run["Id"])
        try:
            tell(describe(self._settings, self._run))
            if self._run["Definition"]["Command"]["Name"] == "glueetl":
                driver, how = acquire_driver(self._drivers, self._settings, self._run, arguments)
                tell(how)
            if driver:
                folder = driver.folder
            for line in ignored_arguments(self._run, arguments):
                tell(line)
            outcome = self._run_script(
                folder,
                driver,
                opened,
                lambda line: output.write(mask(line, secret_values)),
                lambda line: tell(mask(line, secret_values)),
            )
            if outcome.error:
                outcome = Outcome(outcome.state, mask(outcome.error, secret_values)[:_LONGEST_ERROR])
                tell(f"local Glue: {outcome.state}: {outcome.error}")
            return outcome
        finally:
            if driver:
                driver.kill()
            opened.close()
            folder.remove()
            output.close()
            for error in errors:
                error.close()

    def _run_script(
        self,
        folder: RunFolder,
        driver: WarmDriver | None,
        opened: ExitStack,
        on_output: Callable[[str], None],
        on_error: Callable[[str], None],
    ) -> Outcome:
        try:
            plan = plan_run(
                self._settings,
                self._scope,
                self._run,
                folder,
                driver,
                lambda: not self._stopped.is_set(),
                opened,
            )
        except LaunchError as error:
            return Outcome("FAILED", str(error))
        started = time.time()
        if self._stopped.is_set() or not self._on_running(started):
            return self._ended_early()
        if driver:
            driver.attach(on_output, on_error)
        try:
            # After a cold start, Spark itself joins what its Python driver writes to stdout and stderr.
            process = Process(plan, on_output, on_error, joins_streams=driver is not None)
        except OSError as error:
            return Outcome("FAILED", f"LAUNCH ERROR | {plan.argv[0]} can't be started: {error}")
        deadline = time.monotonic() + self._run["Timeout"] * self._settings.minute_seconds
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
        if cut_short:
            return cut_short
        if code == 0 and jvm_code == 0:
            refused = text_in(folder.refused)
            return Outcome("FAILED", refused) if refused else Outcome("SUCCEEDED")
        if code == 0:  # as in a cold start, where the JVM is the whole command
            how = "did not end after the script" if jvm_code is None else f"ended with exit code {jvm_code}"
            return Outcome("FAILED", f"The script came to its end, but its driver JVM {how}.")
        if exception := text_in(folder.error):
            return Outcome("FAILED", message_of(exception))
        tails = [process.error_tail, process.output_tail, *([driver.error_tail] if driver else [])]
        return Outcome("FAILED", error_message(tails, code))

    def _wait(
        self, process: Process | WarmDriver, deadline: float, seconds: float = math.inf
    ) -> Outcome | None:
        """Wait for its end, for so long; give the outcome of a run that is stopped or timed out before."""
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
        minutes = self._run["Timeout"]
        return Outcome("TIMEOUT", f"The run was ended after its timeout of {minutes} minute(s).")
