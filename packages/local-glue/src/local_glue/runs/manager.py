"""Keeps the runs under way: starts, stops, retries and queues them."""

import logging
import shutil
import threading
import time

from local_glue.api.glue_api_model import Json
from local_glue.events.bus import EventBus
from local_glue.events.job_runs import job_state_change
from local_glue.jobs import definitions as jobs
from local_glue.runs import records
from local_glue.runs.delay_notices import DelayNotices
from local_glue.runs.execution import Execution
from local_glue.runs.outcome import Outcome
from local_glue.runs.spark.drivers.driver_pool import DriverPool
from local_glue.runs.states import ACTIVE, STARTED
from local_glue.settings import Settings
from local_glue.store import Documents, Scope, Store, StoreError

logger = logging.getLogger(__name__)

_STOPPED_WITH_SERVICE = "The local Glue service was stopped while the run was under way. Start the run again."
_FOUND_AT_START = "The local Glue service ended while the run was under way. Start the run again."
_STOP_SECONDS = 8.0


class RunManager:
    """One thread per run under way."""

    def __init__(self, settings: Settings, store: Store, bus: EventBus) -> None:
        self._settings = settings
        self._store = store
        self._bus = bus
        self._delays = DelayNotices(settings, store, bus)
        self._lock = threading.Lock()
        self._executions: dict[str, tuple[Execution, threading.Thread]] = {}
        self._is_closing = False
        self.drivers = DriverPool(settings, self._is_idle)

    def start(self, scope: Scope, run: Json) -> None:
        """Execute a run that is stored as STARTING; gives back at once."""
        execution = Execution(
            self._settings, scope, run, self.drivers, lambda when: self._mark_running(scope, run["Id"], when)
        )
        thread = threading.Thread(
            target=self._execute, args=(scope, run, execution), name=run["Id"][:12], daemon=True
        )
        with self._lock:
            if self._is_closing:
                execution.abandon(_STOPPED_WITH_SERVICE)
            thread.start()  # here, for `stop_all` joins all that it finds
            self._executions[run["Id"]] = (execution, thread)
        self._delays.watch(scope, run)

    def stop(self, run_id: str) -> None:
        """End a run that is stored as STOPPING."""
        with self._lock:
            found = self._executions.get(run_id)
        if found:
            found[0].stop()
        self._delays.look(run_id)

    def refuse(self, access_key: str, reason: str) -> None:
        """Note that the script which signs with this key asked for something that is not here."""
        with self._lock:
            under_way = [execution for execution, _ in self._executions.values()]
        for execution in under_way:
            execution.refuse(access_key, reason)

    def stop_all(self) -> None:
        """End all runs because the service ends: FAILED with that reason. Those that wait go on waiting."""
        with self._lock:
            self._is_closing = True
            under_way = list(self._executions.values())
        self.drivers.close()
        for execution, _ in under_way:
            execution.abandon(_STOPPED_WITH_SERVICE)
        deadline = time.monotonic() + _STOP_SECONDS
        for _, thread in under_way:
            thread.join(max(0.0, deadline - time.monotonic()))

    def recover(self) -> None:
        """End runs that a former service left under way, start those that waited, and warm drivers."""
        shutil.rmtree(self._settings.runs_dir, ignore_errors=True)
        for scope in self._store.scopes():
            with self._store.transaction(scope) as documents:
                now = time.time()
                left = [run for run in documents.all_of_kind(records.KIND) if run["JobRunState"] in ACTIVE]
                for run in left:
                    if run["JobRunState"] in STARTED:
                        self._end(documents, run, Outcome("FAILED", _FOUND_AT_START), now)
                for job_name in dict.fromkeys(run["JobName"] for run in left):
                    self.start_waiting(documents, job_name, now)
        self.drivers.start()

    @property
    def warm_drivers(self) -> int:
        """How many driver JVMs are warm and wait for a run."""
        return self.drivers.ready

    def _is_idle(self) -> bool:
        with self._lock:
            return not self._executions

    def _mark_running(self, scope: Scope, run_id: str, when: float) -> bool:
        with self._store.transaction(scope) as documents:
            is_running = records.change(documents, run_id, "RUNNING", when, RunningSince=when) is not None
        self._delays.look(run_id)
        return is_running

    def _execute(self, scope: Scope, run: Json, execution: Execution) -> None:
        try:
            outcome = execution.execute()
        except Exception as error:  # a bug must not leave a run RUNNING for ever
            logger.exception(
                "run %s of %s failed by a bug of the local Glue service", run["Id"], run["JobName"]
            )
            outcome = Outcome("FAILED", f"The local Glue service failed ({type(error).__name__}: {error}).")

        try:
            self._store.retry_transaction(scope, lambda documents: self.finish(documents, run["Id"], outcome))
        except StoreError as error:
            logger.error(
                "run %s of %s ended as %s, which can't be stored: %s",
                *(run["Id"], run["JobName"], outcome.state, error),
            )
        finally:
            self._delays.forget(run["Id"])
            with self._lock:
                del self._executions[run["Id"]]

    def finish(self, documents: Documents, run_id: str, outcome: Outcome) -> None:
        """Store how a run ended, and start what comes after it: its retry, or a run that waits."""
        now = time.time()
        run = documents.get(records.KIND, run_id)
        finished = run and self._end(documents, run, outcome, now)
        if not finished or self._is_closing:
            return
        job_name = finished["JobName"]
        can_retry = finished["Attempt"] < finished["Definition"]["MaxRetries"]
        if finished["JobRunState"] == "FAILED" and can_retry and documents.get(jobs.KIND, job_name):
            attempt = records.next_attempt(finished, now)
            records.put(documents, attempt)
            self._start_when_stored(documents, attempt)
        self.start_waiting(documents, job_name, now)

    def _end(self, documents: Documents, run: Json, outcome: Outcome, now: float) -> Json | None:
        """Store how a run ended. Whoever asked for its stop is told that it worked, however it ended."""
        if run["JobRunState"] == "STOPPING":
            outcome = Outcome("STOPPED")
        seconds = round(now - run.get("RunningSince", now))
        fields: Json = {"CompletedOn": now, "ExecutionTime": seconds, **records.usage(run, seconds)}
        if outcome.error:
            fields["ErrorMessage"] = outcome.error
        logger.info("run %s of %s: %s %s", run["Id"], run["JobName"], outcome.state, outcome.error or "")
        ended = records.change(documents, run["Id"], outcome.state, now, **fields)
        if ended:
            self.announce(documents, ended)
        return ended

    def announce(self, documents: Documents, run: Json) -> None:
        """Tell EventBridge of a run's end, once that is stored."""
        documents.after_commit(lambda: self._bus.send(documents.scope, job_state_change(run)))

    def start_waiting(self, documents: Documents, job_name: str, now: float) -> None:
        """Start the oldest runs that wait for their turn; of a job that was deleted, none can."""
        job = documents.get(jobs.KIND, job_name)
        runs = documents.all(records.KIND, parent=job_name)
        waiting = [run["Id"] for run in runs if run["JobRunState"] == "WAITING"]
        if job is None:
            gone: Json = {"CompletedOn": now, "ErrorMessage": f"Job with name: {job_name} not found."}
            for run_id in waiting:
                records.change(documents, run_id, "ERROR", now, **gone)
            return
        started = sum(run["JobRunState"] in STARTED for run in runs)
        free = max(0, job["ExecutionProperty"]["MaxConcurrentRuns"] - started)
        for run_id in waiting[:free]:
            run = records.change(documents, run_id, "STARTING", now)
            if run:
                self._start_when_stored(documents, run)

    def _start_when_stored(self, documents: Documents, run: Json) -> None:
        documents.after_commit(lambda: self.start(documents.scope, run))
