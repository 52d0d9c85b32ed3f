"""`down --all` finds every sandbox of this user, by its processes or by its containers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from checkout import write_project
from typer.testing import CliRunner

from glue_sandbox import cli
from glue_sandbox.environment.child_process import MARKER, SERVICE_MARKER
from glue_sandbox.machine import docker_client
from glue_sandbox.processes.process_table import ProcessTable
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.status import running_sandboxes
from glue_sandbox.status.running_sandboxes import state_folders

WAIT = "import sys; print('up', flush=True); sys.stdin.read()"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[str]]]:
    """Two sandboxes of two projects, each with one process; other ones of this machine are not looked at."""
    started = []
    for name in ("one", "two"):
        project = load_project(write_project(tmp_path / name))
        settings = Settings(project=project, state=tmp_path / f"state of {name}", mode="embedded")
        settings.remember()
        child = subprocess.Popen(
            [sys.executable, "-c", WAIT],
            env={MARKER: str(settings.state), SERVICE_MARKER: "glue"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "up\n"
        ProcessTable(settings.state / "services.json").put("glue", child.pid)
        started.append(child)
    folders = state_folders
    monkeypatch.setattr(
        running_sandboxes, "state_folders", lambda: [each for each in folders() if tmp_path in each.parents]
    )
    yield started
    for child in started:
        child.kill()
        child.communicate()


def test_all_are_taken_down_from_anywhere(
    tmp_path: Path, two: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(cli.build_app(None), ["down", "--all"])
    assert said.exit_code == 0, said.output
    lines = [line for line in said.output.splitlines() if "stopped" in line or "small" in line]
    folders = [tmp_path / name for name in ("one", "two")]
    assert lines == [line for folder in folders for line in (f"small ({folder})", "stopped glue")]
    assert [child.wait(10) is not None for child in two] == [True, True]
    assert CliRunner().invoke(cli.build_app(None), ["down", "--all"]).output == "nothing was running\n"


def test_one_that_cannot_be_taken_down_is_named_and_the_others_go(
    tmp_path: Path, two: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one" / "sandbox.toml").write_text("name = \n")
    said = CliRunner().invoke(cli.build_app(None), ["down", "--all"])
    assert said.exit_code == 1
    assert f"{tmp_path}/one/sandbox.toml to be a TOML file" in said.output.replace("\n", "")
    assert (two[0].poll(), two[1].wait(10) is not None) == (None, True)


def test_containers_are_found_by_the_file_that_compose_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").mkdir()
    ours = [f"{tmp_path}/{name}/compose/compose.env" for name in ("state", "gone")]
    listed = "\n".join([*ours, "/another/project/.env", ""])
    done = subprocess.CompletedProcess([], 0, listed, "")
    monkeypatch.setattr(docker_client, "ask", lambda *_words: done)
    monkeypatch.setattr(psutil, "process_iter", list)
    assert state_folders() == [tmp_path / "state"]
