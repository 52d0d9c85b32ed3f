"""The service as a process: its port, its end, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from glue_service.processes import DEAF_WITH_A_DAEMON, SLEEP_WITH_CHILDREN, is_alive, pids_of
from glue_service.servers import glue_server
from glue_service.service import GlueService
from glue_service.waiting import wait_for

from local_glue.runs.process.process import LaunchPlan, Process


def all_gone(pids: list[int]) -> bool:
    return not any(is_alive(pid) for pid in pids)


def test_a_taken_port_is_said_in_one_line(service: GlueService, tmp_path: Path) -> None:
    port = service.url.rpartition(":")[2]
    server, _ = glue_server(tmp_path, service.emulator_url, GLUE_PORT=port)
    done = subprocess.run(
        server.argv, env=server.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: can't listen on 127.0.0.1:{port} (Address already in use)")
    assert "`local-glue serve --port`" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_second_service_on_a_state_folder_is_refused_and_the_first_keeps_its_runs(
    service: GlueService, tmp_path: Path
) -> None:
    job = service.job(SLEEP_WITH_CHILDREN)
    run_id = service.start(job)
    service.wait(job, run_id, {"RUNNING"})
    folder = service.server.env["GLUE_STATE_DIR"]
    server, _ = glue_server(tmp_path, service.emulator_url, GLUE_STATE_DIR=folder)
    done = subprocess.run(
        server.argv, env=server.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: GLUE_STATE_DIR must be the folder of one service, but {folder} ")
    assert len(done.stderr.splitlines()) == 1
    assert service.run(job, run_id)["JobRunState"] == "RUNNING"
    service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert service.wait(job, run_id)["JobRunState"] == "STOPPED"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GLUE_STATE_DIR", ""),
        ("GLUE_STATE_DIR", "/dev/null/state"),
        ("GLUE_CORES", "many"),
        ("GLUE_PORT", "70000"),
        ("GLUE_MINUTE_SECONDS", "short"),
        ("GLUE_EMULATOR_URL", "localhost"),
        ("GLUE_ACCOUNT_ID", "my-account"),
    ],
)
def test_a_setting_that_cannot_work_is_named(tmp_path: Path, name: str, value: str) -> None:
    server, _ = glue_server(tmp_path, "http://127.0.0.1:1", **{name: value})
    done = subprocess.run(
        server.argv, env=server.env, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {name} ")


def test_sigterm_ends_the_runs_and_the_service(own_service: Callable[..., GlueService]) -> None:
    service = own_service()
    job = service.job(SLEEP_WITH_CHILDREN)
    run_id = service.start(job)
    pids = pids_of(service, job, run_id)
    service.server.stop()
    assert all_gone(pids)
    service.server.start()
    run = service.run(job, run_id)
    assert run["JobRunState"] == "FAILED"
    assert "was stopped while the run was under way" in run["ErrorMessage"]
    assert "CompletedOn" in run


def test_a_killed_service_leaves_no_process_and_no_running_run_and_goes_on_with_those_that_wait(
    own_service: Callable[..., GlueService],
) -> None:
    service = own_service()
    job = service.job(SLEEP_WITH_CHILDREN, MaxRetries=1, JobRunQueuingEnabled=True)
    run_id, waiting = service.start(job), service.start(job)
    pids = pids_of(service, job, run_id)
    service.server.stop(signal.SIGKILL)
    wait_for("the end of the script's processes", lambda: all_gone(pids), 60)
    service.server.start()
    run = service.run(job, run_id)
    assert run["JobRunState"] == "FAILED"
    assert "ended while the run was under way" in run["ErrorMessage"]
    assert service.wait(job, waiting, {"RUNNING"})["Attempt"] == 0
    assert service.finish(service.job("print(1)"))["JobRunState"] == "SUCCEEDED"


def test_a_daemon_that_ignores_signals_ends_with_the_run(service: GlueService) -> None:
    job = service.job(DEAF_WITH_A_DAEMON)
    run_id = service.start(job)
    pids = pids_of(service, job, run_id)
    service.aws("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert service.wait(job, run_id)["JobRunState"] == "STOPPED"
    assert len(pids) == 2
    assert all_gone(pids)


def test_a_script_whose_guard_is_killed_fails_at_once_and_ends(service: GlueService) -> None:
    job = service.job(SLEEP_WITH_CHILDREN)
    run_id = service.start(job)
    script, child = pids_of(service, job, run_id)
    process = psutil.Process(script)
    os.kill(process.ppid(), signal.SIGKILL)
    try:
        assert service.wait(job, run_id)["JobRunState"] == "FAILED"
        assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_process_that_cannot_start_leaves_no_open_file(tmp_path: Path) -> None:
    def start() -> None:
        Process(LaunchPlan(["true"], {}, tmp_path / "no-such-folder"), print, print)

    opened = psutil.Process().num_fds()
    for _ in range(3):
        with pytest.raises(FileNotFoundError):
            start()
    assert psutil.Process().num_fds() == opened
