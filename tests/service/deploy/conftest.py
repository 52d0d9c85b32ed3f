"""A real emulator and a real Glue service on free ports, and checkouts that tests may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from airflow_support.fake_airflow import FakeAirflow, running_airflow
from deliveries import ROOT

from glue_sandbox.deploy.deployment import deploy
from glue_sandbox.deploy.state import Deployed
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.processes.services import glue, ministack
from glue_sandbox.processes.supervisor import Supervisor
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings, load_settings

Deploy = Callable[[Path], Deployed]


@contextmanager
def running_account(state: Path, **chosen: str) -> Iterator[tuple[Settings, Supervisor]]:
    """Yield an emulator that holds roles to their policies, as AWS does, with a Glue service; no Airflow yet.

    Args:
        state: the folder of both.
        chosen: settings that are not the checkout's.
    """
    ports = dict(zip(("sandbox_port", "emulator_port", "airflow_port"), free_ports(3), strict=True))
    settings = load_settings().model_copy(update={**ports, "mode": "embedded", "state": state, **chosen})
    supervisor = Supervisor(settings)
    try:
        emulator = ministack(settings)
        supervisor.ensure(replace(emulator, env={**emulator.env, "AUTH": "true"}))
        supervisor.ensure(glue(settings))
        yield settings, supervisor
    finally:
        supervisor.stop_all()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A sandbox of its own, without Airflow; its environments are the checkout's."""
    with running_account(tmp_path_factory.mktemp("sandbox")) as (chosen, _):
        yield chosen


@pytest.fixture(scope="module")
def airflow() -> Iterator[FakeAirflow]:
    with running_airflow() as fake:
        yield fake


@pytest.fixture(scope="module")
def deploy_from(settings: Settings, airflow: FakeAirflow) -> Deploy:
    """Deploy the checkout in the given folder."""

    def deploy_checkout(root: Path) -> Deployed:
        chosen = settings.model_copy(update={"project": load_project(root / "sandbox.toml")})
        return deploy(chosen, airflow_url=airflow.url, airflow_user="admin", airflow_password="pw")

    return deploy_checkout


@pytest.fixture
def checkout(tmp_path: Path, deploy_from: Deploy) -> Path:
    """A copy of what is deployed, deployed as it is; the test may edit it and deploy again."""
    for folder in ("infra", "glue/jobs", "glue/music_streams"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "sandbox.toml"):
        shutil.copy(ROOT / file, tmp_path)
    for folder in ("dags", "scripts"):  # named by the project file, but nothing in them is deployed
        (tmp_path / folder).mkdir()
    deploy_from(tmp_path)
    return tmp_path
