"""Airflow on this machine as one service: import it once, fork its four processes, end them in order.

    AIRFLOW_HOME=… AIRFLOW__…=… .sandbox/envs/airflow/bin/python …/glue_sandbox/airflow/launcher.py

Runs in Airflow's own environment; all settings are variables that airflow_env.py builds. Forking a parent
that has imported everything takes a quarter of the time and memory of four `airflow` commands.
Written for Airflow 3.2.

With AIRFLOW_EMBEDDED_HOLD=<file> the scheduler is held back until that file is there, so that all else can
start beside the services that DAG runs need.

Prints "ready" once every component is healthy. SIGTERM or Ctrl-C stops in order, a second one at once.
A component that dies is started again, but no more than three times in ten minutes: none holds state that is
not in the database.
Exit code 0 after a stop that was asked for, 1 when a component keeps dying, 2 when already running.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import json
import os
import signal
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Not this script's own folder, where Python looks first, and this package last: neither hides Airflow's.
    sys.path[:1] = []
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from glue_sandbox.airflow.durations import correct_durations
from glue_sandbox.airflow.process_groups import ProcessGroups, wait_until
from glue_sandbox.airflow.waking import wake_on_change

COMPONENTS = {  # name → arguments of `airflow`
    "api-server": ("api-server", "--workers", "1"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "scheduler": ("scheduler", "--skip-serve-logs"),
}
MIGRATE = ("db", "migrate")
MIGRATED = "migrated"  # this file holds the version of Airflow that last migrated the database
HEALTH_KEYS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
PRELOAD = (  # what components and tasks import first
    "airflow.cli.cli_parser",
    "airflow.api_fastapi.app",
    "airflow.api_fastapi.core_api.app",
    "airflow.api_fastapi.execution_api.app",
    "airflow.cli.commands.api_server_command",
    "airflow.cli.commands.dag_processor_command",
    "airflow.cli.commands.scheduler_command",
    "airflow.cli.commands.triggerer_command",
    "airflow.jobs.dag_processor_job_runner",
    "airflow.jobs.scheduler_job_runner",
    "airflow.jobs.triggerer_job_runner",
    "airflow.providers.amazon.aws.operators.glue",
    "airflow.providers.amazon.aws.operators.glue_crawler",
    "airflow.providers.amazon.aws.operators.sns",
    "airflow.providers.standard.operators.empty",
    "airflow.providers.standard.operators.python",
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "uvicorn",
)
RESTARTS, RESTARTS_SECONDS = 3, 600.0  # of each component, in so much time
TASK_GRACE_SECONDS = 2
STOP_SECONDS = 10

stop_requests = 0


def main() -> int:
    """Lock, preload, migrate, fork, watch, stop; the return value is the exit code."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _note_stop_request)
    home = Path(os.environ["AIRFLOW_HOME"])
    logs = Path(os.environ.get("AIRFLOW_EMBEDDED_LOGS", home / "logs"))
    for folder in (home, logs):
        folder.mkdir(parents=True, exist_ok=True)

    lock = (home / "embedded.lock").open("a")  # held until the last forked component is gone
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say(f"another Airflow runs, or is still stopping, on {home}; stop it with `make down`")
        return 2

    _keep_writes_off_the_event_loop()
    _serve_recent_task_clients_only()
    for module in PRELOAD:
        importlib.import_module(module)
        if stop_requests:
            return 0
    _notice_task_exit_quickly()
    correct_durations()
    wake_on_change(home / "airflow.db", Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]))
    gc.collect()
    gc.freeze()  # keeps the imported memory shared after the fork

    groups = ProcessGroups()
    try:
        start_component = _starter(groups, logs)
        died = {} if _is_migrated(home) else migrate(groups, start_component, home)
        if not died and not stop_requests:
            died = run_components(groups, start_component)
    finally:
        stop(groups)
    if stop_requests:
        return 0
    for name, exit_code in died.items():
        say(f"{name} died with exit code {exit_code}; see {_log_file(logs, name)}")
    return 1


def migrate(groups: ProcessGroups, start: Callable[[str], None], home: Path) -> dict[str, int]:
    """Make the database, or bring an older one up to date; returns the exit code if it failed."""
    stamp = home / MIGRATED
    stamp.unlink(missing_ok=True)
    start("migrate")
    wait_until(lambda: stop_requests > 0 or not groups.alive("migrate"), seconds=300)
    died = {name: code for name, code in groups.exit_codes.items() if code}
    if not died and not stop_requests:
        del groups.leaders["migrate"], groups.exit_codes["migrate"]
        stamp.write_text(_version(), encoding="utf-8")
    return died


def _is_migrated(home: Path) -> bool:
    """True when this very version has migrated the database before: looking again would take seconds."""
    stamp = home / MIGRATED
    there = stamp.is_file() and (home / "airflow.db").is_file()
    return there and stamp.read_text(encoding="utf-8") == _version()


def _version() -> str:
    from airflow import __version__

    return str(__version__)


def run_components(groups: ProcessGroups, start: Callable[[str], None]) -> dict[str, int]:
    """Start all and say "ready" once; return when a stop is asked for, or with what keeps dying.

    The scheduler comes last, when nothing holds it back and the API that tasks talk to answers: building that
    API's routes takes a while, at its first request, and tasks started meanwhile would sit out their retries.
    """
    ready = False
    deaths: dict[str, list[float]] = {name: [] for name in COMPONENTS}
    for name in COMPONENTS:
        if name != "scheduler":
            start(name)
    while not stop_requests:
        groups.reap()
        for name, exit_code in list(groups.exit_codes.items()):
            # Ctrl-C reaches everything in a terminal: ours may be noted a moment after theirs.
            if wait_until(lambda: stop_requests > 0, seconds=0.5):
                return {}
            now = time.monotonic()
            deaths[name] = [moment for moment in deaths[name] if now - moment < RESTARTS_SECONDS] + [now]
            if len(deaths[name]) > RESTARTS:
                return {name: exit_code}
            groups.signal_group(name, signal.SIGKILL)  # what its leader has left behind
            say(f"{name} died with exit code {exit_code}; starting it again")
            start(name)
        if "scheduler" not in groups.leaders:
            if is_released() and answer_of("/execution/health"):
                start("scheduler")
        elif not ready and is_healthy():
            ready = True
            say("ready")
        time.sleep(0.1)
    return {}


def is_released() -> bool:
    """True when what DAG runs need is there, as far as whoever started us wants to say when."""
    file = os.environ.get("AIRFLOW_EMBEDDED_HOLD")
    return file is None or Path(file).exists()


def is_healthy() -> bool:
    """True when Airflow's own health answer calls every component healthy."""
    health = answer_of("/api/v2/monitor/health")
    return all((health.get(key) or {}).get("status") == "healthy" for key in HEALTH_KEYS)


def answer_of(path: str) -> dict[str, Any]:
    """What the API server says, {} while it says nothing."""
    url = os.environ["AIRFLOW__API__BASE_URL"].rstrip("/") + path
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            content: dict[str, Any] = json.load(answer)
    except (OSError, ValueError):
        return {}
    return content


def stop(groups: ProcessGroups) -> None:
    """End everything: those who make work first, the API server last, for tasks report their end to it."""
    started = time.monotonic()

    def gone(*names: str, seconds: float) -> bool:
        return wait_until(lambda: stop_requests > 1 or not groups.alive(*names), seconds)

    groups.signal_group("scheduler", signal.SIGTERM)  # running tasks too, so that they stop their Glue run
    for name in ("migrate", "dag-processor", "triggerer"):
        groups.signal_leader(name, signal.SIGTERM)
    if not gone("scheduler", seconds=TASK_GRACE_SECONDS):
        for task in groups.grandchildren("scheduler"):  # its supervisor then reports it failed
            say(f"a task ignores SIGTERM; killing process {task.pid}")
            task.kill()
        if "scheduler" in groups.exit_codes:  # its workers wait for word from it alone
            groups.signal_group("scheduler", signal.SIGKILL)
    if not gone("dag-processor", "triggerer", seconds=1):
        groups.signal_group("triggerer", signal.SIGKILL)  # just started it is slow to stop; it holds no state
    gone("scheduler", "dag-processor", "triggerer", seconds=STOP_SECONDS)
    groups.signal_leader("api-server", signal.SIGTERM)
    gone("api-server", seconds=STOP_SECONDS / 2)
    for name in groups.kill_all():
        say(f"{name} did not stop by itself and was killed")
    say(f"stopped in {time.monotonic() - started:.1f} s")


def _starter(groups: ProcessGroups, logs: Path) -> Callable[[str], None]:
    from airflow import settings
    from airflow.cli import cli_parser

    for name in COMPONENTS:
        _log_file(logs, name).unlink(missing_ok=True)

    def start(name: str) -> None:
        arguments = COMPONENTS.get(name, MIGRATE)

        def run_airflow() -> None:
            if settings.engine:
                settings.engine.dispose(close=False)  # its connections are the parent's
            sys.argv = ["airflow", *arguments]
            parsed = cli_parser.get_parser().parse_args(arguments)
            parsed.func(parsed)

        groups.fork(name, run_airflow, _log_file(logs, name))

    return start


def _log_file(logs: Path, name: str) -> Path:
    return logs / f"airflow-{name}.log"


def _keep_writes_off_the_event_loop() -> None:
    """Let the API server never wait for itself; must come before its routes are imported.

    Airflow 3.2 writes its audit log inside the event loop. On SQLite that write waits for a request which
    holds the only write lock and cannot commit before the event loop goes on: everything stands still until
    the wait ends in an error. A burst of S3 events is enough. So there is no audit log here.
    """
    from airflow.api_fastapi.logging import decorators

    def nothing() -> None:
        """Write no audit log."""

    decorators.action_logging = lambda *_, **__: nothing


def _serve_recent_task_clients_only() -> None:
    """Let the API for tasks speak two versions of its protocol; must come before its application is made.

    Airflow 3.2 builds every route for each of eight versions, back to 3.0: four seconds at every start, and
    memory. Tasks, triggers and DAG processing here are of this very Airflow and speak the newest. The one
    before stays, for the newest says of each of its changes how it was there.
    """
    from airflow.api_fastapi.execution_api import versions

    newest, before, *_ = versions.bundle.versions
    for change in newest.changes:
        change._bound_version_bundle = None  # it belongs to the bundle of all versions
    versions.bundle = versions.VersionBundle(versions.HeadVersion(), newest, versions.Version(before.value))


def _notice_task_exit_quickly() -> None:
    """Let a task's supervisor see at once that its task ended.

    Airflow 3.2 sleeps up to `workers.min_heartbeat_interval` seconds when a task closes its sockets a
    moment before it exits; until then its slot is taken and its successor waits.
    """
    from airflow.sdk.execution_time.supervisor import WatchedSubprocess

    original: Callable[..., Any] = WatchedSubprocess._service_subprocess

    def service_subprocess(self: Any, max_wait_time: float, *args: Any, **kwargs: Any) -> Any:
        return original(self, max_wait_time if self._open_sockets else 0.02, *args, **kwargs)

    WatchedSubprocess._service_subprocess = service_subprocess


def _note_stop_request(*_: object) -> None:
    global stop_requests
    stop_requests += 1


def say(message: str) -> None:
    """One line to whoever started us, at once."""
    print(message, flush=True)


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # all that ran has been ended; tearing down so many modules takes seconds
