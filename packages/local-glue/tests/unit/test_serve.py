"""What the service writes is its owner's alone, wherever its state lies; and what it starts without."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from glue_service.servers import free_port

from local_glue import serve
from local_glue.settings import read_settings


def test_its_state_is_closed_to_others_also_in_a_folder_that_was_open_to_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    state.chmod(0o755)

    def run(_: serve.Server, sockets: list[socket.socket]) -> None:
        (state / "runs").mkdir()
        (state / "runs" / "written by a job").touch()
        sockets[0].close()

    monkeypatch.setattr(serve.Server, "run", run)
    variables = {"GLUE_STATE_DIR": str(state), "GLUE_JOB_PYTHON": "/bin/false", "GLUE_PORT": str(free_port())}
    before = os.umask(0o022)
    try:
        serve.serve(read_settings(variables))
    finally:
        os.umask(before)

    entries = [state, *state.rglob("*")]
    assert {path.name for path in entries} >= {"state", "lock", "glue.sqlite3", "runs", "written by a job"}
    assert {str(path): oct(path.stat().st_mode) for path in entries if path.stat().st_mode & 0o077} == {}


def test_it_starts_without_what_only_crawls_read_with() -> None:
    sources = str(Path(serve.__file__).parents[1])
    look = "import sys, local_glue.serve; print(sorted({'numpy', 'pandas', 'pyarrow'} & {*sys.modules}))"
    answer = subprocess.check_output([sys.executable, "-c", look], env={"PYTHONPATH": sources}, text=True)
    assert answer == "[]\n"
