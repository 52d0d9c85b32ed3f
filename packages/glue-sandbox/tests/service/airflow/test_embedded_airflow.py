"""The embedded Airflow: it runs DAGs, keeps to this machine, and leaves nothing behind."""

from __future__ import annotations

import json
import signal
import ssl
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest
from airflow_support.embedded import WAITING_DAG, EmbeddedAirflow, wait_for

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.airflow.environment import ADMIN_USER, load_secrets
from glue_sandbox.airflow.mwaa import tls
from glue_sandbox.airflow.mwaa.environment import read_environment
from glue_sandbox.airflow.mwaa.server import PREFIX
from glue_sandbox.errors import SandboxError

DAG_ID = "looking"
RESTARTS = 3
WAIT_SECONDS = 180  # a limit, not a promise: the machine may be busy


def test_a_dag_runs_and_everything_ends_on_sigterm(airflow: EmbeddedAirflow) -> None:
    """The bucket is empty, so a run skips its work; SIGTERM ends all, a task that ignores it included."""
    assert airflow.api.import_errors() == {}
    assert DAG_ID in airflow.api.dag_ids()

    run = airflow.api.trigger(DAG_ID)
    run = airflow.api.wait_for_run(DAG_ID, run.run_id, timeout_seconds=WAIT_SECONDS)
    tasks = {task.task_id: task.state for task in airflow.api.task_instances(DAG_ID, run.run_id)}
    assert run.state == "success", airflow.api.task_log(DAG_ID, run.run_id, "look")
    assert tasks == {"look": "success", "work": "skipped", "rest": "success"}
    assert "resting" in airflow.api.task_log(DAG_ID, run.run_id, "rest")

    with pytest.raises(SandboxError, match="Invalid credentials"):
        AirflowApi(airflow.api.url, "admin", "a guess", timeout_seconds=WAIT_SECONDS).dag_ids()

    _refuses_pages_and_names_of_others(airflow.api.url)
    _answers_for_mwaa(airflow)
    (airflow.dags / "waiting.py").write_text(WAITING_DAG, encoding="utf-8")
    wait_for(
        "the new DAG", lambda: "waiting" in airflow.api.dag_ids(), WAIT_SECONDS, airflow.home / "launcher.log"
    )
    waiting = airflow.api.trigger("waiting")
    waiting = airflow.api.wait_for_run("waiting", waiting.run_id, timeout_seconds=WAIT_SECONDS)
    assert waiting.state == "success"
    assert "resumed" in airflow.api.task_log("waiting", waiting.run_id, "waits")

    stubborn = airflow.api.trigger("stubborn")
    _wait_for_log_line(airflow, stubborn.run_id)
    family = airflow.family()
    listening = [
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}
    assert "sleep" in {process.name() for process in family}

    airflow.process.terminate()
    assert airflow.process.wait(timeout=WAIT_SECONDS) == 0
    assert airflow.family() == []
    secrets = json.loads((airflow.home / "secrets.json").read_text()).values()
    logs = [airflow.home / "launcher.log", *airflow.logs.iterdir()]
    text = "".join(log.read_text(errors="replace") for log in logs)
    assert [secret for secret in secrets if secret in text] == []


def test_dead_component_starts_again_and_one_that_keeps_dying_ends_the_rest(airflow: EmbeddedAirflow) -> None:
    """One accident is mended; half an Airflow must not look like a whole one for ever."""
    log = airflow.home / "launcher.log"
    for death in range(RESTARTS + 1):
        wait_for(f"scheduler number {death + 1}", lambda: bool(_schedulers(airflow)), WAIT_SECONDS, log)
        (scheduler,) = _schedulers(airflow)
        scheduler.send_signal(signal.SIGKILL)
        assert psutil.wait_procs([scheduler], timeout=WAIT_SECONDS)[1] == []
    assert airflow.process.wait(timeout=WAIT_SECONDS) == 1
    assert airflow.output.count("scheduler died with exit code -9; starting it again") == RESTARTS
    assert f"scheduler died with exit code -9; see {airflow.logs}/airflow-scheduler.log" in airflow.output
    assert airflow.family() == []


def _refuses_pages_and_names_of_others(url: str) -> None:
    """The same rules as at the AWS endpoint, at every path: pages, login, API and the tasks' own API."""
    for path in ("/", "/auth/token", "/api/v2/monitor/health", "/execution/health", "/no/such/page"):
        for headers in ({"Host": "evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
            answer = httpx.get(url + path, headers=headers)
            assert answer.status_code == 403, (path, headers)
            assert "AccessDenied" in answer.text
    own = {"Origin": url, "Sec-Fetch-Site": "same-origin"}
    assert httpx.get(url + "/api/v2/monitor/health", headers=own).status_code == 200


def _answers_for_mwaa(airflow: EmbeddedAirflow) -> None:
    """The plugin answers the endpoint of AWS, and with TLS by a certificate that a file of its own has."""
    environment = read_environment(psutil.Process(airflow.process.pid).environ())
    assert environment is not None
    headers = {"x-local-glue-token": environment.token}
    body = {"Path": f"/dags/{DAG_ID}", "Method": "GET"}
    path = f"{PREFIX}/api/restapi/{environment.name}"
    found = httpx.post(airflow.api.url + path, headers=headers, json=body, timeout=WAIT_SECONDS).json()
    assert (found["RestApiStatusCode"], found["RestApiResponse"]["dag_id"]) == (200, DAG_ID)

    folder = airflow.home / "tls"
    trusting = ssl.create_default_context(cafile=folder / tls.AUTHORITIES)
    url = f"https://{tls.hostname(folder)}{PREFIX}/cli"
    refused = httpx.post(url, content="version", verify=trusting, timeout=WAIT_SECONDS)
    assert refused.status_code == 403
    assert "the CLI token is not valid" in refused.text


def _schedulers(airflow: EmbeddedAirflow) -> list[psutil.Process]:
    """The launcher's children that write into the scheduler's log."""
    log = str(airflow.logs / "airflow-scheduler.log")
    try:
        return [
            process
            for process in psutil.Process(airflow.process.pid).children()
            if log in {file.path for file in process.open_files()}
        ]
    except psutil.NoSuchProcess:
        return []


def _wait_for_log_line(airflow: EmbeddedAirflow, run_id: str) -> None:
    def is_deaf() -> bool:
        (task,) = airflow.api.task_instances("stubborn", run_id)
        return task.state == "running" and "deaf" in airflow.api.task_log("stubborn", run_id, "never_ends")

    wait_for("the stubborn task to run", is_deaf, WAIT_SECONDS, airflow.home / "launcher.log")


def test_a_burst_of_triggers_is_answered_whole(airflow: EmbeddedAirflow) -> None:
    """As many stream files that land together: no request may keep the others waiting for ever."""

    def trigger(_: int) -> str:
        with AirflowApi(airflow.api.url, ADMIN_USER, load_secrets(airflow.home).admin_password) as api:
            return api.trigger(DAG_ID).run_id

    with ThreadPoolExecutor(14) as pool:
        runs = list(pool.map(trigger, range(14)))
    assert len(set(runs)) == 14
