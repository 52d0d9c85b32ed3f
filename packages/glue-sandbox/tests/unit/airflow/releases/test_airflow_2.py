"""A project whose MWAA has Airflow 2: its own environment and options, the older API, and no containers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow_support.fake_airflow import FakeAirflow, running_airflow

from glue_sandbox.airflow.client import AirflowApi
from glue_sandbox.command import Command
from glue_sandbox.containers.start import start_containers
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.services import SERVICES
from glue_sandbox.project.file import load_project
from glue_sandbox.resources import LOCKS
from glue_sandbox.settings import Settings

RUNS = "/api/v1/dags/my_dag/dagRuns"
RUN = {
    "dag_id": "my_dag",
    "dag_run_id": "r1",
    "run_type": "manual",
    "state": "queued",
    "start_date": None,
    "end_date": None,
}


def settings_in(folder: Path, version: str) -> Settings:
    (folder / "dags").mkdir(exist_ok=True)
    file = folder / "sandbox.toml"
    file.write_text(
        f'name = "older"\n[airflow]\ndag_id = "my_dag"\nversion = "{version}"\n', encoding="utf-8"
    )
    return Settings(project=load_project(file))


@pytest.fixture
def fake() -> Iterator[FakeAirflow]:
    with running_airflow() as found:
        found.authorization = "Basic YWRtaW46cHc="  # admin:pw
        yield found


@pytest.fixture
def api(fake: FakeAirflow) -> Iterator[AirflowApi]:
    with AirflowApi(fake.url, "admin", "pw", airflow_version="2.11.2") as found:
        yield found


def test_a_run_is_started_by_name_and_password_without_a_logical_date(
    api: AirflowApi, fake: FakeAirflow
) -> None:
    fake.answers["POST", RUNS] = 200, RUN
    assert api.trigger("my_dag", {"key": "a.csv"}).run_id == "r1"
    assert fake.asked == [("POST", RUNS, {"conf": {"key": "a.csv"}})]


def test_runs_are_in_the_order_that_airflow_2_knows(api: AirflowApi, fake: FakeAirflow) -> None:
    fake.answers["GET", f"{RUNS}?order_by=-start_date&limit=20"] = 200, {"dag_runs": [RUN]}
    assert [run.state for run in api.dag_runs("my_dag")] == ["queued"]


def test_the_next_run_is_when_airflow_2_says(api: AirflowApi, fake: FakeAirflow) -> None:
    dag = {"is_paused": False, "next_dagrun_create_after": "2026-01-01T00:00:00+00:00"}
    fake.answers["GET", "/api/v1/dags/my_dag"] = 200, dag
    assert api.next_run("my_dag") == "2026-01-01T00:00:00+00:00"


def test_airflow_2_is_healthy_with_its_three_components(api: AirflowApi, fake: FakeAirflow) -> None:
    states = {name: {"status": "healthy"} for name in ("metadatabase", "scheduler", "triggerer")}
    fake.answers["GET", "/api/v1/health"] = 200, {**states, "dag_processor": {"status": None}}
    assert api.is_healthy()
    fake.answers["GET", "/api/v1/health"] = 200, {**states, "scheduler": {"status": "unhealthy"}}
    assert not api.is_healthy()


def test_a_wrong_password_is_said(fake: FakeAirflow) -> None:
    fake.answers["GET", "/api/v1/dags?limit=100"] = 200, {"dags": []}
    with (
        AirflowApi(fake.url, "admin", "a guess", airflow_version="2.11.2") as api,
        pytest.raises(SandboxError, match="HTTP 401: Unauthorized"),
    ):
        api.dag_ids()


@pytest.mark.parametrize(("version", "name"), [("3.2.1", "airflow"), ("2.11.2", "airflow-2.11.2")])
def test_each_version_has_a_lock_and_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, name: str
) -> None:
    settings = settings_in(tmp_path, version)
    assert f"\napache-airflow=={version} " in (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    assert SERVICES["airflow"](settings).command[0] == str(settings.envs / name / "bin" / "python")

    set_up: list[str] = []
    monkeypatch.setattr("glue_sandbox.command.set_up", lambda _, names: set_up.extend(names))
    monkeypatch.setenv("MODE", "embedded")
    monkeypatch.setattr("glue_sandbox.command.clean_own_environment", lambda _: {})
    monkeypatch.setattr("glue_sandbox.command.load_settings", lambda **_: settings)
    Command(lambda: None, example="x", environments=("glue", "airflow")).prepared()()
    assert set_up == ["glue", name]


def test_airflow_2_is_told_what_airflow_3_has_no_more(tmp_path: Path) -> None:
    of_2 = SERVICES["airflow"](settings_in(tmp_path, "2.11.2"))
    assert of_2.health_path == "/api/v1/health"
    assert set(of_2.healthy) == {"metadatabase", "scheduler", "triggerer"}
    assert of_2.env["AIRFLOW__WEBSERVER__BASE_URL"] == of_2.env["AIRFLOW__API__BASE_URL"]
    assert of_2.env["AIRFLOW__SCHEDULER__SCHEDULE_AFTER_TASK_EXECUTION"] == "False"

    of_3 = SERVICES["airflow"](settings_in(tmp_path, "3.2.1"))
    assert of_3.env.keys() < of_2.env.keys()
    assert [name for name in of_3.env if name.startswith("AIRFLOW__WEBSERVER__")] == []


def test_a_task_of_airflow_2_says_each_second_that_it_lives_and_may_be_late_as_one_of_airflow_3(
    tmp_path: Path,
) -> None:
    env = SERVICES["airflow"](settings_in(tmp_path, "2.11.2")).env
    scheduler = {name.removeprefix("AIRFLOW__SCHEDULER__"): value for name, value in env.items()}
    assert scheduler["JOB_HEARTBEAT_SEC"] == "1"
    assert scheduler["SCHEDULER_ZOMBIE_TASK_THRESHOLD"] == scheduler["TASK_INSTANCE_HEARTBEAT_TIMEOUT"]
    # Airflow ends a task whose heartbeat took longer than this; without it, only after the threshold.
    assert "LOCAL_TASK_JOB_HEARTBEAT_SEC" not in scheduler


def test_a_version_that_is_not_here_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match=r"airflow\.version.*'3\.2\.1' or '2\.11\.2'.*2\.10\.1"):
        settings_in(tmp_path, "2.10.1")


def test_containers_have_no_image_of_airflow_2(tmp_path: Path) -> None:
    with pytest.raises(SandboxError) as caught:
        start_containers(settings_in(tmp_path, "2.11.2"))
    assert caught.value.found == '[airflow] version = "2.11.2" in sandbox.toml'
    assert caught.value.next_command == "MODE=embedded make up"
