"""Requirements of DAGs: what Airflow has keeps its version, the rest lies beside it, a conflict is said."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from glue_service.wheels import wheel

from glue_sandbox.airflow.requirements import Installation
from glue_sandbox.containers.start import start_containers
from glue_sandbox.errors import SandboxError
from glue_sandbox.processes.services import SERVICES
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings, load_settings

HASH = f"    --hash=sha256:{64 * '0'}"
LOCK = f"shared==1.0 \\\n{HASH}\nother-name==3.0 \\\n{HASH}\n"
Install = Callable[[str], Installation]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Wheels in a folder, no network: two versions of what Airflow has, and what needs one of them."""
    uv = load_settings().envs / "uv" / "bin" / "uv"
    if not uv.exists():
        pytest.skip(f"nothing was resolved: {uv} is missing; next: make setup")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for version, package, *requires in (
        ("1.0", "shared"),
        ("2.0", "shared"),
        ("5.0", "tiny", "shared"),
        ("6.0", "greedy", "shared>=2"),
    ):
        name = f"{package}-{version}-py3-none-any.whl"
        (wheels / name).write_bytes(wheel(version, *requires, package=package))
    lock = tmp_path / "airflow.txt"
    lock.write_text(LOCK, encoding="utf-8")
    environ = {
        "PATH": os.environ["PATH"],
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(wheels),
        "UV_NO_CONFIG": "1",
    }

    def requiring(text: str) -> Installation:
        file = tmp_path / "requirements.txt"
        file.write_text(text, encoding="utf-8")
        environ["UV_CACHE_DIR"] = str(tmp_path / "cache")
        return Installation(file, lock, tmp_path / "beside", uv, Path(sys.executable), "2.11.2", environ)

    return requiring


def test_only_what_airflow_has_not_is_installed(install: Install) -> None:
    wanted = install("--constraint https://constraints.example/2.11.2.txt\ntiny\nShared\n")
    assert wanted.run() == "1 package beside Airflow's own"
    assert sorted(path.name for path in wanted.target.glob("*.py")) == ["tiny.py"]


def test_what_is_there_is_not_installed_again_until_the_file_changes(install: Install) -> None:
    wanted = install("tiny")
    wanted.run()
    (wanted.target / "seen").touch()
    wanted.run()
    assert (wanted.target / "seen").exists()
    install("tiny\n# another line\n").run()
    assert not (wanted.target / "seen").exists()


@pytest.mark.parametrize("text", ["shared==2.0", "greedy"])
def test_a_conflict_with_airflow_is_one_message_that_says_which(install: Install, text: str) -> None:
    with pytest.raises(SandboxError) as caught:
        install(text).run()
    assert caught.value.expected == (
        "requirements.txt, what DAGs import, to fit the packages of Airflow 2.11.2"
    )
    assert caught.value.found == "a conflict; which one uv says above"
    assert "as on MWAA, Airflow's own packages keep their versions" in caught.value.next_command
    assert "shared==1.0" in caught.value.details
    assert not (install("").target / ".stamp").exists()


def test_a_package_that_is_nowhere_is_no_conflict(install: Install) -> None:
    with pytest.raises(SandboxError, match="uv, whose output's end is above") as caught:
        install("not a requirement").run()
    assert "not a requirement" in caught.value.details


def test_dags_import_from_the_folder_and_containers_refuse(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "requirements.txt").touch()
    file = tmp_path / "sandbox.toml"
    text = 'name = "older"\n[airflow]\ndag_id = "my_dag"\nrequirements = "requirements.txt"\n'
    file.write_text(text, encoding="utf-8")
    settings = Settings(project=load_project(file))
    path = SERVICES["airflow"](settings).env["PYTHONPATH"].split(os.pathsep)
    assert str(settings.state / "airflow-requirements") in path
    with pytest.raises(SandboxError, match=r'requirements = "requirements\.txt" in sandbox\.toml'):
        start_containers(settings)
