"""Starts an embedded Airflow as the command line does, with a home and a port of its own."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.airflow.environment import ADMIN_USER, airflow_environment, load_secrets
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import AIRFLOW_LAUNCHER
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings, load_settings

ENVS = load_settings().envs
BUCKET = "a-bucket"

# Nothing of what these tests wait for comes by polling; nor do heartbeats, of which the first must do.
NO_POLLING = {
    "AIRFLOW_LAUNCHER_IDLE_SECONDS": "3600",
    "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "7200",
    "AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD": "7200",
    "AIRFLOW__DAG_PROCESSOR__HEALTH_CHECK_THRESHOLD": "7200",
}

PROJECT = """
name = "small"
[airflow]
dag_id = "looking"
[airflow.environment]
BUCKET = "{data_bucket}"
"""
# One task asks AWS, and decides which of the others there is work for.
LOOKING_DAG = """
import os

import boto3
from airflow.sdk import dag, task

@dag(schedule=None)
def looking():
    @task.branch
    def look():
        found = boto3.client("s3").list_objects_v2(Bucket=os.environ["BUCKET"]).get("Contents")
        return "work" if found else "rest"

    @task
    def work():
        print("working")

    @task
    def rest():
        print("resting")

    look() >> [work(), rest()]
looking()
"""

# A task that ignores SIGTERM, and has a child that left its session, is the worst a launcher can meet.
STUBBORN_DAG = """
import signal, subprocess, time
from airflow.sdk import dag, task

@dag(schedule=None)
def stubborn():
    @task
    def never_ends():
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("deaf from here on", flush=True)
        while True:
            time.sleep(1)
    never_ends()
stubborn()
"""


# A task that hands its waiting to the triggerer.
WAITING_DAG = """
from datetime import timedelta
from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.sdk import BaseOperator, dag

class Waits(BaseOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=1)), method_name="resume")

    def resume(self, context, event=None):
        print("resumed")

@dag(schedule=None)
def waiting():
    Waits(task_id="waits")
waiting()
"""


@dataclass(frozen=True)
class EmbeddedAirflow:
    """A started Airflow; `process` is its launcher."""

    process: subprocess.Popen[bytes]
    home: Path
    logs: Path
    port: int
    api: AirflowApi
    dags: Path

    @property
    def output(self) -> str:
        """What the launcher said so far."""
        return (self.home / "launcher.log").read_text(encoding="utf-8")

    def family(self) -> list[psutil.Process]:
        """Every process that inherited this Airflow's environment, whoever its parent is by now."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("AIRFLOW_HOME") == str(self.home):
                    found.append(process)
            except psutil.Error:
                continue  # gone meanwhile
        return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def wait_for(what: str, condition: Callable[[], bool], seconds: float, log: Path) -> None:
    """Poll until the condition holds; a time-out says what was waited for and shows the log's end."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            end = log.read_text(encoding="utf-8", errors="replace")[-2000:] if log.exists() else "(no log)"
            pytest.fail(f"waited {seconds:g} s for {what}; the end of {log}:\n{end}")
        time.sleep(0.1)


@contextmanager
def embedded_airflow(state: Path, s3_url: str) -> Iterator[EmbeddedAirflow]:
    """Start Airflow and hand it out when it is healthy; whatever the test leaves of it is ended."""
    python, dags = installed("airflow"), state.parent / "dags"
    dags.mkdir()
    (dags / "looking.py").write_text(LOOKING_DAG, encoding="utf-8")
    (dags / "stubborn.py").write_text(STUBBORN_DAG, encoding="utf-8")
    file = state.parent / "sandbox.toml"
    file.write_text(PROJECT, encoding="utf-8")

    settings = Settings(
        project=load_project(file),
        state=state,
        airflow_port=free_port(),
        sandbox_port=int(s3_url.rsplit(":", 1)[-1]),
        data_bucket=BUCKET,
        schedule="none",
        retries=0,
    )
    environ = airflow_environment(settings)
    home = Path(environ["AIRFLOW_HOME"])
    with (home / "launcher.log").open("wb") as output:
        process = subprocess.Popen(
            [python, AIRFLOW_LAUNCHER],
            env=environ | NO_POLLING,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    password = load_secrets(home).admin_password
    api = AirflowApi(settings.airflow_url, ADMIN_USER, password, timeout_seconds=120)
    airflow = EmbeddedAirflow(process, home, settings.logs / "airflow", settings.airflow_port, api, dags)
    try:
        wait_for(
            'Airflow to say "ready"',
            lambda: "ready\n" in airflow.output or process.poll() is not None,
            240,
            home / "launcher.log",
        )
        assert process.poll() is None, airflow.output
        yield airflow
    finally:
        api.close()
        process.terminate()
        process.wait(timeout=60)
        for left in airflow.family():
            left.kill()


def installed(name: str) -> Path:
    python = ENVS / name / "bin" / "python"
    if not python.exists():
        pytest.skip(f"no embedded Airflow was started: {python} is missing; next: make setup")
    return python


def free_port() -> int:
    return free_ports(1)[0]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
