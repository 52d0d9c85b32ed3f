"""A sandbox beside an emulator or an Airflow that runs already: what it starts, asks and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox.containers.start import start_containers
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import mwaa_variables, services_of
from glue_sandbox.project.file import Project, load_project
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.start import start
from glue_sandbox.startup.services_of_the_user import lines_about, require_emulator
from glue_sandbox.status.status import airflow_password, status

EMULATOR = 'aws_endpoint = "http://localhost:{port}"'
AIRFLOW = 'name = "small"\n[airflow]\ndag_id = "small"\nurl = "http://localhost:8080"\nuser = "me"\n'


@pytest.fixture
def beside_emulator(tmp_path: Path) -> Project:
    """At a port where nobody answers."""
    return load_project(write_project(tmp_path, EMULATOR.format(port=free_ports(1)[0])))


@pytest.fixture
def beside_airflow(tmp_path: Path) -> Project:
    folder = tmp_path / "beside airflow"
    (folder / "dags").mkdir(parents=True)
    (folder / "sandbox.toml").write_text(AIRFLOW)
    return load_project(folder / "sandbox.toml")


def test_only_what_is_not_there_already_is_started(beside_emulator: Project, beside_airflow: Project) -> None:
    assert list(services_of(Settings(project=beside_emulator))) == ["glue", "airflow"]
    assert list(services_of(Settings(project=beside_airflow))) == ["ministack", "glue"]
    assert lines_about(Settings(project=beside_airflow)) == [
        "Airflow: yours at http://localhost:8080; it finds AWS by what `make env` prints"
    ]


def test_an_emulator_that_does_not_answer_ends_the_start(beside_emulator: Project, tmp_path: Path) -> None:
    settings = Settings(project=beside_emulator, state=tmp_path / "state")
    url = beside_emulator.aws_endpoint
    with pytest.raises(SandboxError, match=f"an emulator at {url}, which aws_endpoint in sandbox.toml names"):
        start(settings)


def test_it_cannot_know_the_sandbox_s_own_keys(beside_emulator: Project, tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="expected KEYS=test beside the emulator"):
        require_emulator(Settings(project=beside_emulator, state=tmp_path / "state", keys="own"))


@pytest.mark.parametrize("project", ["beside_emulator", "beside_airflow"])
def test_containers_would_not_reach_it(request: pytest.FixtureRequest, project: str, tmp_path: Path) -> None:
    named: Project = request.getfixturevalue(project)
    assert load_settings({}, project=named).mode == "embedded"
    with pytest.raises(SandboxError, match="containers do not reach this machine's loopback"):
        start_containers(Settings(project=named, state=tmp_path / "state", mode="containers"))


def test_an_airflow_is_asked_where_it_is_and_by_the_shell_s_password(
    beside_airflow: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(project=beside_airflow, state=tmp_path / "state")
    monkeypatch.setenv("AIRFLOW_PASSWORD", "mine")
    assert status(settings)["airflow"] == {"url": "http://localhost:8080", "user": "me", "password": "mine"}
    assert airflow_password(settings) == "mine"
    assert mwaa_variables(settings, settings.airflow_url) == {}


@pytest.mark.parametrize("address", ["https://localhost:4566", "http://s3.eu-west-1.amazonaws.com:80"])
def test_an_address_beyond_this_machine_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(SandboxError, match=r"aws_endpoint in .* to be usable"):
        load_project(write_project(tmp_path, f'aws_endpoint = "{address}"'))
