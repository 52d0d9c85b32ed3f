"""Both wheels in an environment of their own, in a project that has nothing but what `init` wrote."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from checkout import ROOT

from glue_sandbox.machine.ports import free_ports
from glue_sandbox.settings import load_settings

PORTS = ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "HISTORY_PORT")
INSTALL_SECONDS, COMMAND_SECONDS = 300, 400
OF_THE_PIPELINE = ("demo", "kpis", "audit", "chaos", "lint")


@dataclass(frozen=True)
class Installed:
    """The installed command, as somebody types it in a folder."""

    program: Path
    environ: dict[str, str]

    def __call__(self, folder: Path, *words: str, code: int = 0) -> str:
        done = subprocess.run(
            [self.program, *words],
            cwd=folder,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def glue_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The environments of the services are the checkout's: what is proven is what the wheels bring along."""
    folder, home = tmp_path_factory.mktemp("installed"), load_settings().home
    uv = home / "envs" / "uv" / "bin" / "uv"
    environ = os.environ | {"UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR") or str(home / "cache" / "uv")}
    sources = [f"{ROOT}/packages/{name}" for name in ("local-glue", "glue-sandbox")]
    for words in (
        *(["build", "--wheel", source, "-o", str(folder)] for source in sources),
        ["venv", "--python", sys.executable, f"{folder}/venv"],
        [
            "pip",
            "install",
            "--python",
            f"{folder}/venv",
            "--find-links",
            str(folder),
            "glue-sandbox",
            "pytest",
        ],
    ):
        subprocess.run(
            [str(uv), *words], env=environ, check=True, capture_output=True, timeout=INSTALL_SECONDS
        )
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    own = {"SANDBOX_HOME": str(home), "SANDBOX_STATE": str(folder / "state"), "MODE": "embedded"}
    return Installed(
        folder / "venv" / "bin" / "glue-sandbox",
        {"PATH": os.environ["PATH"], "COLUMNS": "150", "GLUE_WARM_DRIVERS": "0", **own, **ports},
    )


@pytest.fixture(scope="module")
def project(glue_sandbox: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("my_project")
    glue_sandbox(folder, "init", "--name", "my-project")
    try:
        glue_sandbox(folder, "up")
        yield folder
    finally:
        glue_sandbox(folder, "down")


def test_outside_of_a_project_the_help_has_the_tool_s_commands_alone(
    glue_sandbox: Installed, tmp_path: Path
) -> None:
    said = glue_sandbox(tmp_path, "--help")
    listed = {
        line.split()[1] for line in said.splitlines() if line.startswith("│ ") and len(line.split()) > 2
    }
    assert {"init", "up", "down", "status", "logs", "seed", "run", "test", "doctor"} <= listed
    assert not listed & set(OF_THE_PIPELINE)


def test_outside_of_a_project_a_command_says_how_to_get_one(glue_sandbox: Installed, tmp_path: Path) -> None:
    said = glue_sandbox(tmp_path, "up", code=1)
    assert f"found    none from {tmp_path} upwards" in said
    assert "glue-sandbox init" in said


def test_a_job_of_the_project_runs(glue_sandbox: Installed, project: Path) -> None:
    said = glue_sandbox(project, "run", "hello")
    assert "my-project-artifacts" in said  # what the job prints: the buckets it sees
    assert "SUCCEEDED" in said


def test_a_changed_script_runs_as_it_is_now(glue_sandbox: Installed, project: Path) -> None:
    (project / "jobs" / "hello.py").write_text("raise SystemExit('not today')\n")
    said = glue_sandbox(project, "run", "hello", code=1)
    assert "not today" in said
    assert "FAILED" in said


SAMPLES = '\n[seed.plays]\nfiles = ["data"]\nto = "incoming/"\n'
TEST = """
def test_the_sample_is_there(s3, sandbox):
    body = s3.get_object(Bucket=sandbox.bucket, Key="incoming/a.csv")["Body"].read()
    assert body == b"{content}"
"""


def test_sample_data_is_delivered_once_and_replaced_only_on_demand(
    glue_sandbox: Installed, project: Path
) -> None:
    file = project / "sandbox.toml"
    file.write_text(file.read_text() + SAMPLES)
    (project / "data").mkdir()
    (project / "data" / "a.csv").write_text("first")
    assert "/incoming/a.csv" in glue_sandbox(project, "seed")
    assert "1 file, 1 of them there already" in glue_sandbox(project, "seed")

    (project / "data" / "a.csv").write_text("other")
    said = glue_sandbox(project, "seed", code=1)
    assert re.search(r"found .*other content there \(5 bytes", said)
    assert "REPLACE=1 glue-sandbox seed" in said
    assert "/incoming/a.csv" in glue_sandbox(project, "seed", "plays", "--replace")


def test_the_project_s_tests_run_with_the_fixtures_and_end_as_they_do(
    glue_sandbox: Installed, project: Path
) -> None:
    (project / "test_sample.py").write_text(TEST.format(content="other"))
    assert "1 passed" in glue_sandbox(project, "test")
    (project / "test_sample.py").write_text(TEST.format(content="first"))
    assert "1 failed" in glue_sandbox(project, "test", "--", "-q", code=1)
    assert "1 deselected" in glue_sandbox(project, "test", "--", "-k", "nothing", code=5)


def test_status_names_the_project_s_own_things(glue_sandbox: Installed, project: Path) -> None:
    seen = json.loads(glue_sandbox(project, "status", "--json"))
    assert {name: service["state"] for name, service in seen["services"].items()} == dict.fromkeys(
        ("ministack", "glue", "airflow"), "healthy"
    )
    assert (seen["dag_id"], seen["tables"]) == ("hello", {})
    assert seen["bucket"].startswith("my-project")


def test_logs_are_shown(glue_sandbox: Installed, project: Path) -> None:
    said = glue_sandbox(project, "logs", "glue", "-n", "5")
    assert {line.split(" │ ")[0].strip() for line in said.splitlines()} == {"glue"}
