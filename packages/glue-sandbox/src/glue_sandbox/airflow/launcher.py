"""Airflow as one service: import it once, fork its processes, end them in order.

    AIRFLOW_HOME=… AIRFLOW__…=… .sandbox/envs/airflow/bin/python …/glue_sandbox/airflow/launcher.py

Runs in Airflow's own environment or container; all settings are variables that environment.py builds. Forking
a parent that has imported everything takes a quarter of the time and memory of four `airflow` commands.
What differs between releases of Airflow stands in `releases`.

With AIRFLOW_LAUNCHER_HOLD=<file> the scheduler is held back until that file is there, so that all else can
start beside the services that DAG runs need. With AIRFLOW_LAUNCHER_LOGS=<folder> each component writes into a
file of its own there, without it to where the launcher does. With AIRFLOW_LAUNCHER_TLS=<folder> the web
server answers with TLS, too, by a certificate that is made there; what is trusted beside it stands in the
file AIRFLOW_LAUNCHER_AUTHORITIES.

Prints "ready" once every component is healthy. SIGTERM or Ctrl-C stops in order, a second one at once.
A component that dies is started again, but no more than three times in ten minutes: none holds state that is
not in the database.
Exit code 0 after a stop that was asked for, 1 when a component keeps dying, 2 when already running.
"""

from __future__ import annotations

import fcntl
import gc
import importlib
import importlib.metadata
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    # Not this script's own folder, where Python looks first, and this package last: neither hides Airflow's.
    sys.path[:1] = []
    sys.path.append(str(Path(__file__).resolve().parents[2]))

from glue_sandbox.airflow.mwaa import tls
from glue_sandbox.airflow.process_groups import ProcessGroups, wait_until
from glue_sandbox.airflow.releases.release import Component, Release, run_command
from glue_sandbox.airflow.watchdog import StopRequests, run_components, say

TLS = "tls"  # passes what comes with TLS to the API server, where a folder for certificates is given
MIGRATE = ("db", "migrate")
MIGRATED = "migrated"  # this file holds the version of Airflow that last migrated the database
TASK_GRACE_SECONDS = 2
STOP_SECONDS = 10


def main() -> int:
    """Lock, preload, migrate, fork, watch, stop; the return value is the exit code."""
    stops = StopRequests()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stops.record)

    home = Path(os.environ["AIRFLOW_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    logs = _log_folder()
    database = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]

    lock = (home / "embedded.lock").open("a")  # held until the last forked component is gone
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say(f"another Airflow runs, or is still stopping, on {home}; stop it with `make down`")
        return 2

    release = installed_release()
    tls_component = {TLS: serve_tls} if prepare_tls() else {}
    components = {**tls_component, **release.components()}
    release.before_imports(database)
    for module in release.preload:
        importlib.import_module(module)
        if stops.count:
            return 0

    release.after_imports(database, Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"]))
    # Amazon's hooks look up their caller in each task; the first look goes through the files of all modules,
    # which takes a third of a task's time, and is remembered here for all.
    inspect.stack()
    gc.collect()
    gc.freeze()  # keeps the imported memory shared after the fork

    groups = ProcessGroups()
    try:
        start_component = _starter(groups, logs, components)
        died = {} if _is_migrated(home) else migrate(groups, start_component, home, stops)
        if not died and not stops.count:
            died = run_components(groups, components, start_component, stops, release)
    finally:
        stop(groups, stops, release.web)

    if stops.count:
        return 0

    for name, exit_code in died.items():
        log = _log_file(logs, name)
        say(f"{name} died with exit code {exit_code}{f'; see {log}' if log else ''}")
    return 1


def migrate(
    groups: ProcessGroups, start: Callable[[str], None], home: Path, stops: StopRequests
) -> dict[str, int]:
    """Make the database, or bring an older one up to date; return the exit code if it failed."""
    stamp = home / MIGRATED
    stamp.unlink(missing_ok=True)
    start("migrate")
    wait_until(lambda: stops.count > 0 or not groups.alive("migrate"), seconds=300)
    died = {name: code for name, code in groups.exit_codes.items() if code}
    if not died and not stops.count:
        del groups.leaders["migrate"], groups.exit_codes["migrate"]
        stamp.write_text(_version(), encoding="utf-8")
    return died


def _is_migrated(home: Path) -> bool:
    """True when this very version has migrated the database before: looking again would take seconds."""
    stamp = home / MIGRATED
    file = os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].removeprefix("sqlite:///").partition("?")[0]
    there = stamp.is_file() and Path(file).is_file()
    return there and stamp.read_text(encoding="utf-8") == _version()


def _version() -> str:
    from airflow import __version__

    return str(__version__)


def stop(groups: ProcessGroups, stops: StopRequests, web: str) -> None:
    """End everything: those who make work first, the web server last, for tasks report their end to it."""
    started = time.monotonic()

    def gone(*names: str, seconds: float) -> bool:
        return wait_until(lambda: stops.count > 1 or not groups.alive(*names), seconds)

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
    for name in (web, TLS):
        groups.signal_leader(name, signal.SIGTERM)
    gone(web, TLS, seconds=STOP_SECONDS / 2)
    for name in groups.kill_all():
        say(f"{name} did not stop by itself and was killed")

    say(f"stopped in {time.monotonic() - started:.1f} s")


def installed_release() -> Release:
    """Return what is to be known of the Airflow of this environment."""
    major = importlib.metadata.version("apache-airflow").partition(".")[0]
    if major == "2":
        from glue_sandbox.airflow.releases.airflow_2 import Release2

        return Release2()
    from glue_sandbox.airflow.releases.airflow_3 import Release3

    return Release3()


def _starter(
    groups: ProcessGroups, logs: Path | None, components: dict[str, Component]
) -> Callable[[str], None]:
    from airflow import settings

    for name in components:
        if log := _log_file(logs, name):
            log.unlink(missing_ok=True)

    def start(name: str) -> None:
        run = components.get(name, lambda: run_command(*MIGRATE))

        def run_with_own_connections() -> None:
            if settings.engine:
                settings.engine.dispose(close=False)  # its connections are the parent's
            run()

        groups.fork(name, run_with_own_connections, _log_file(logs, name))

    return start


def prepare_tls() -> bool:
    """Make what a server with TLS needs; return whether there is to be one."""
    folder = os.environ.get("AIRFLOW_LAUNCHER_TLS")
    if folder:
        (Path(folder) / tls.PORT).unlink(missing_ok=True)
        authorities = os.environ.get("AIRFLOW_LAUNCHER_AUTHORITIES")
        tls.prepare(Path(folder), Path(authorities) if authorities else None)
    return folder is not None


def serve_tls() -> None:
    """Be the server with TLS."""
    tls.serve(Path(os.environ["AIRFLOW_LAUNCHER_TLS"]), int(os.environ["AIRFLOW__API__PORT"]))


def _log_folder() -> Path | None:
    """Return the folder for the components' logs, made when it is not there; None where they have none."""
    if "AIRFLOW_LAUNCHER_LOGS" not in os.environ:
        return None
    folder = Path(os.environ["AIRFLOW_LAUNCHER_LOGS"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _log_file(logs: Path | None, name: str) -> Path | None:
    return logs / f"airflow-{name}.log" if logs else None


if __name__ == "__main__":
    exit_code = main()
    sys.stdout.flush()
    os._exit(exit_code)  # all that ran has been ended; tearing down so many modules takes seconds
