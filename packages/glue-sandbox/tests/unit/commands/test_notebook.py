"""`glue-sandbox notebook` starts JupyterLab as it lets itself be started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox import command
from glue_sandbox.commands import notebook
from glue_sandbox.errors import SandboxError
from glue_sandbox.notebooks.jupyter import lab_options, notebook_folder, show_output
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out


@pytest.mark.parametrize(("user", "allowed"), [(0, ["--allow-root"]), (1000, [])])
def test_it_listens_here_only_and_ends_by_one_ctrl_c(
    user: int, allowed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    here = ["--ServerApp.ip=127.0.0.1", "--ServerApp.root_dir=/notebooks", "--no-browser"]
    # This flag has no long name: with --answer-yes it does not start.
    assert lab_options(Path("/notebooks")) == [*here, "-y", *allowed]


def test_until_it_says_something_a_terminal_says_that_it_starts(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []

    @contextmanager
    def status(text: str) -> Iterator[None]:
        said.append(text)
        yield
        said.append("it has said something")

    monkeypatch.setattr(out, "_force_terminal", True)
    monkeypatch.setattr(out, "status", status)
    lines = (
        "import sys; print('[I] linked', file=sys.stderr, flush=True); print('[I] http://127.0.0.1/?token=x')"
    )
    command = [sys.executable, "-c", lines]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    show_output(process)
    assert process.wait() == 0
    assert said == ["JupyterLab starts; Ctrl-C ends it", "it has said something"]
    assert capfd.readouterr().out.split() == ["[I]", "linked", "[I]", "http://127.0.0.1/?token=x"]


def test_the_folder_is_the_named_one_or_else_one_that_is_called_so(tmp_path: Path) -> None:
    file = write_project(tmp_path)
    (tmp_path / "notebooks").mkdir()
    assert notebook_folder(Settings(project=load_project(file))) == tmp_path / "notebooks"
    (tmp_path / "looks").mkdir()
    file.write_text(f'notebooks = "looks"\n{file.read_text()}')
    assert notebook_folder(Settings(project=load_project(file))) == tmp_path / "looks"


@pytest.mark.parametrize("name", notebook.COMMANDS)
@pytest.mark.parametrize("with_folder", [True, False])
def test_nothing_is_installed_for_a_notebook_that_cannot_open(
    *, name: str, with_folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(project=load_project(write_project(tmp_path)), state=tmp_path, home=tmp_path)
    monkeypatch.setattr(command, "load_settings", lambda **_: settings)
    monkeypatch.setattr(command, "set_up", lambda *_: pytest.fail("installed"))
    monkeypatch.setenv("MODE", "embedded")
    if with_folder:
        (tmp_path / "notebooks").mkdir()
    with pytest.raises(SandboxError) as caught:
        notebook.COMMANDS[name].prepared()()
    following = "make up" if with_folder else "mkdir notebooks, then: make notebook"
    assert caught.value.next_command == following
