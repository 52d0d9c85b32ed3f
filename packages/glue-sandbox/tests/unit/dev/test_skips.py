"""What a test run says of what it did not prove, and when CI takes that for a failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[5]
REAL_AND_PLAIN = "import pytest\n@pytest.mark.real_delivery\ndef test_real(): ...\ndef test_plain(): ...\n"
ALL_KINDS = (
    f"{REAL_AND_PLAIN}@pytest.mark.containers\ndef test_in_one(): ...\n"
    "def test_later(): pytest.skip('no such tool')\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the rules of conftest.py and no test yet; no real delivery lies beside it."""
    folder = tmp_path / "project" / "tests"
    folder.mkdir(parents=True)
    shutil.copy(ROOT / "conftest.py", folder)
    for name in ("deliveries.py", "oracle.py", "oracle.sql", "shared_starts.py"):
        shutil.copy(ROOT / "tests" / name, folder)
    marks = "markers =\n  real_delivery: x\n  containers: x"
    mark = f"[pytest]\n{marks}\npythonpath = tests {ROOT / 'scripts'} {ROOT / 'packages/glue-sandbox/src'}\n"
    (folder.parent / "pytest.ini").write_text(mark)
    return folder.parent


def run(project: Path, test: str, processes: str) -> tuple[int, str]:
    """Exit code and output of pytest in CI."""
    (project / "tests" / "test_it.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", processes, "tests"]
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"} | {"CI": "true"}
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize("processes", ["0", "1"], ids=["here", "in another process"])
def test_what_was_proven_and_what_was_not_is_named_and_a_skip_is_a_failure(
    project: Path, processes: str
) -> None:
    code, said = run(project, ALL_KINDS, processes)
    assert [line for line in said.splitlines() if "NOT PROVEN" in line] == [
        f"NOT PROVEN  the KPIs of a real delivery: no folder {project.parent}/shared/data/real (1 tests)",
        "NOT PROVEN  tests/test_it.py::test_later: Skipped: no such tool",
    ]
    assert "IN CONTAINERS  1 tests passed" in said
    assert "2 passed, 1 skipped" in said
    assert code == 1


def test_an_absent_real_delivery_is_no_failure(project: Path) -> None:
    code, said = run(project, REAL_AND_PLAIN, "0")
    assert "NOT PROVEN" in said
    assert "1 passed" in said
    assert "IN CONTAINERS" not in said
    assert code == 0


def test_a_real_delivery_that_exists_is_tested(project: Path) -> None:
    (project.parent / "shared" / "data" / "real").mkdir(parents=True)
    code, said = run(project, REAL_AND_PLAIN, "0")
    assert "2 passed" in said
    assert "NOT PROVEN" not in said
    assert code == 0
