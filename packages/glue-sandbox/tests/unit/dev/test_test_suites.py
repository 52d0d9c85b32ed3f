"""How the suites are run: none is left out unnoticed, and an end of the run is an end of all its parts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from checkout import ROOT, project_at

from glue_sandbox.dev import test_suites
from glue_sandbox.dev.check_environment import PYTHON_PATH
from glue_sandbox.dev.test_suites import NO_TESTS, run_tests
from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings

CONFTEST = """
def pytest_addoption(parser):
    parser.addoption("--share")

def pytest_collection_modifyitems(config, items):
    files = sorted({item.path for item in items})
    if share := config.getoption("share"):
        items[:] = [item for item in items if share == f"{1 + files.index(item.path)}/2"]
"""
PASSES, FAILS = "def test_it(): ...\n", "def test_it(): assert False\n"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project whose pytest is that of these tests."""
    for name in ("dev", "sandbox"):
        (tmp_path / f"home/envs/{name}/bin").mkdir(parents=True)
        (tmp_path / f"home/envs/{name}/bin/python").symlink_to(sys.executable)
    for suite in ("unit", "e2e"):
        (tmp_path / "tests" / suite).mkdir(parents=True)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    monkeypatch.setattr(test_suites, "PARALLEL", {})
    monkeypatch.setattr(test_suites, "SHARES", {"e2e": 2})
    return Settings(project=project_at(tmp_path), state=tmp_path / "state", home=tmp_path / "home")


def write(settings: Settings, **tests: str) -> None:
    """The project's test files: `e2e__sample__first` is tests/e2e/sample/test_first.py."""
    for name, text in tests.items():
        *folders, file = name.split("__")
        folder = settings.root.joinpath("tests", *folders)
        folder.mkdir(exist_ok=True)
        (folder / f"test_{file}.py").write_text(text)


def test_a_suite_without_tests_is_an_error_even_beside_one_that_has_some(settings: Settings) -> None:
    write(settings, unit__x=PASSES)
    with pytest.raises(SandboxError, match="tests/e2e"):
        run_tests(settings, ["unit", "e2e"], "")


@pytest.mark.parametrize(
    ("first", "other", "code"), [(PASSES, PASSES, 0), (PASSES, FAILS, 1), (FAILS, PASSES, 1)]
)
def test_what_runs_beside_the_first_share_counts_and_is_shown(
    first: str, other: str, code: int, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    write(settings, e2e__sample__first=first, e2e__other=other)
    assert run_tests(settings, ["e2e"], "") == code
    said = capfd.readouterr().out
    assert said.index("tests/e2e/sample/test_first.py") < said.index("tests/e2e/test_other.py")
    assert said.count("1 passed") == [first, other].count(PASSES)


def test_a_selection_may_leave_one_part_empty_but_not_both(settings: Settings) -> None:
    write(settings, e2e__sample__first=PASSES, e2e__other=PASSES)
    assert run_tests(settings, ["e2e"], "-k other") == 0
    assert run_tests(settings, ["e2e"], "-k first") == 0
    assert run_tests(settings, ["e2e"], "-k nothing_of_that_name") == NO_TESTS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_waits_until_every_part_has_cleaned_up(
    number: signal.Signals, settings: Settings
) -> None:
    slow = (
        "import pathlib, pytest, signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: pytest.exit('terminated'))\n"
        "here = pathlib.Path(__file__)\n"
        "@pytest.fixture\n"
        "def sandbox():\n"
        "    here.with_suffix('.up').touch()\n"
        "    yield\n"
        "    time.sleep(2)\n"  # a sandbox takes its time to stop
        "    here.with_suffix('.down').touch()\n"
        "def test_it(sandbox): time.sleep(60)\n"
    )
    write(settings, e2e__sample__first=slow, e2e__other=slow)
    code = (
        "import sys; from pathlib import Path; from checkout import project_at\n"
        "from glue_sandbox.settings import Settings\n"
        "from glue_sandbox.dev import test_suites\n"
        "test_suites.SHARES = {'e2e': 2}\n"
        "root = Path(sys.argv[1])\n"
        "settings = Settings(project=project_at(root), state=root / 'state', home=root / 'home')\n"
        "test_suites.run_tests(settings, ['e2e'], '')\n"
    )
    path = os.pathsep.join(str(ROOT / folder) for folder in PYTHON_PATH)
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(settings.root)],
        env=os.environ | {"PYTHONPATH": path},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    folder = settings.root / "tests/e2e"
    deadline = time.monotonic() + 60
    while len(list(folder.rglob("*.up"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    # A terminal's Ctrl-C reaches all; what a CI server sends reaches the first process.
    (os.killpg if number == signal.SIGINT else os.kill)(run.pid, number)
    assert run.wait(60) != 0
    assert len(list(folder.rglob("*.down"))) == 2


@pytest.mark.parametrize(
    ("digests", "arguments", "target", "proven"),
    [
        (["a", "a"], "", "", {"unit": ""}),
        (["a", "a"], "", "embedded", {"unit": "containers"}),
        (["a", "b"], "", "", None),  # somebody edited a file meanwhile
        (["a", "a"], "-k it", "", None),
    ],
)
def test_what_passes_is_proven_of_exactly_the_content_that_was_tested(
    digests: list[str],
    arguments: str,
    target: str,
    proven: dict[str, str] | None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(settings, unit__x=PASSES, e2e__y=FAILS)
    left = iter(digests)
    monkeypatch.setattr(test_suites, "content_of", lambda _: SimpleNamespace(digest=next(left)))
    run_tests(settings, ["unit", "e2e"], arguments, {"TARGET": target})
    file = settings.home / "proofs" / "a.json"
    found = json.loads(file.read_text())["suites"] if file.exists() else None
    assert (found and {suite: each["left_out"] for suite, each in found.items()}) == proven
    assert found is None or found["unit"]["tests"] == 1
