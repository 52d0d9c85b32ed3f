"""Tracebacks name the files that the user edits, wherever a run has its copies."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.project.file import load_project
from glue_sandbox.project.script_paths import ScriptPaths, read_script_paths

PROJECT = """
name = "small"
[airflow]
dag_id = "small"
[jobs]
scripts = "glue/jobs"
package = "glue/shared"
[jobs.define.load]
script = "jobs/load_all.py"
"""


@pytest.fixture
def paths(tmp_path: Path) -> ScriptPaths:
    (tmp_path / "sandbox.toml").write_text(PROJECT)
    for folder in ("dags", "glue/jobs/daily", "glue/shared", "jobs"):
        (tmp_path / folder).mkdir(parents=True)
    for file in ("glue/jobs/x.py", "glue/jobs/daily/y.py", "jobs/load_all.py"):
        (tmp_path / file).touch()
    return ScriptPaths.of(load_project(tmp_path / "sandbox.toml"))


@pytest.mark.parametrize(
    ("copy", "edited"),
    [
        ("/home/me/.sandbox/state/glue/runs/jr_0123/script/x.py", "glue/jobs/x.py"),
        ("/opt/runs/driver-89ab/script/x.py", "glue/jobs/x.py"),
        ("/opt/runs/driver-89ab/script/y.py", "glue/jobs/daily/y.py"),
        ("/opt/runs/jr_0123/script/load_all.py", "jobs/load_all.py"),
        ("/opt/runs/jr_0123/modules/shared-1.whl/shared/deep/z.py", "glue/shared/deep/z.py"),
        ("/opt/runs/jr_0123/modules/other.py", "/opt/runs/jr_0123/modules/other.py"),
        ("/usr/lib/python3.11/json/x.py", "/usr/lib/python3.11/json/x.py"),
    ],
)
def test_a_copy_is_named_as_the_user_edits_it(paths: ScriptPaths, copy: str, edited: str) -> None:
    for told in (paths, read_script_paths(paths.variable())):
        assert told.in_project(f'  File "{copy}", line 3, in main') == f'  File "{edited}", line 3, in main'


def test_where_no_variable_tells_of_scripts_a_text_stays_as_it_is() -> None:
    line = 'File "/opt/runs/jr_0123/script/x.py", line 3'
    assert read_script_paths({}).in_project(line) == line
