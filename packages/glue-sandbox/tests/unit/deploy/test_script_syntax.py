"""A script with a syntax error is named before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from checkout import write_project

from glue_sandbox.command import what_a_start_needs
from glue_sandbox.deploy.artifacts import build_artifacts
from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings
from glue_sandbox.start import start

ONE_JOB = '[jobs.define.load]\nscript = "jobs/load.py"\n'
WHOLE_FOLDER = '[jobs]\nscripts = "jobs"\n'
PACKAGE = '[jobs]\npackage = "jobs"\n'


@pytest.mark.parametrize("text", [ONE_JOB, WHOLE_FOLDER, PACKAGE])
def test_a_syntax_error_is_named_with_file_and_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "load.py").write_text("import sys\n\nif sys.argv\n    print('x')\n")
    project = load_project(write_project(tmp_path, text))
    settings = Settings(project=project)
    for act in (
        lambda: what_a_start_needs(settings),  # before anything is set up
        lambda: start(settings),
        lambda: build_artifacts(project),
    ):
        with pytest.raises(SandboxError) as caught:
            act()
        assert caught.value.expected == "jobs/load.py, which jobs run, to be Python"
        assert caught.value.found == "expected ':' in line 3 of jobs/load.py: if sys.argv"
        assert caught.value.next_command == "correct line 3 of jobs/load.py, then repeat the command"
    assert not (tmp_path / ".sandbox").exists()


def test_a_file_that_is_no_text_is_named_too(tmp_path: Path) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "load.py").write_bytes(b"a = '\xff'\n")
    with pytest.raises(SandboxError, match=r"found \(unicode error\) .* in line 1 of jobs/load\.py"):
        build_artifacts(load_project(write_project(tmp_path, ONE_JOB)))


def test_what_python_only_warns_of_is_accepted(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / "load.py").write_text("print('\\d')\n")
    build_artifacts(load_project(write_project(tmp_path, ONE_JOB)))
    assert not recwarn.list
