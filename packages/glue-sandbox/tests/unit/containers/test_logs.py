"""`make logs` of containers: a service's lines; without a name, what is wrong and the output of jobs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from glue_sandbox.containers import logs
from glue_sandbox.containers.logs import show_logs
from glue_sandbox.processes.logs import is_problem
from glue_sandbox.settings import Settings
from glue_sandbox.terminal.console import out

PRINTED = """\
glue-1                | INFO well
airflow-1             | WARNING slow
glue-1                | ERROR broken
other-1               | ERROR of another project
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Return what compose, which prints the lines above, was asked for."""
    printed, words = tmp_path / "printed", tmp_path / "words"
    printed.write_text(PRINTED)

    class FakeCompose:
        def __init__(self, _: Settings) -> None:
            return

        def containers(self) -> dict[str, None]:
            return dict.fromkeys(("glue", "airflow"))

        def read(self, *asked: str, **_: object) -> subprocess.Popen[str]:
            words.write_text(" ".join(asked))
            return subprocess.Popen(["cat", printed], stdout=subprocess.PIPE, text=True)

    monkeypatch.setattr(logs, "Compose", FakeCompose)
    return words.read_text


def test_what_is_wrong_is_shown_with_the_output_of_jobs_and_nothing_else(
    asked: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    looks = iter([[("a_job jr_012345", "loaded")], [("a_job jr_012345", "done")]])
    show_logs(Settings(), None, 20, False, is_problem, lambda: next(looks, []))
    assert capsys.readouterr().out.splitlines() == [
        "airflow         │ WARNING slow",
        "glue            │ ERROR broken",
        "a_job jr_012345 │ loaded",
        "a_job jr_012345 │ done",
    ]
    assert asked() == "logs --no-color --tail 1000 airflow glue"


def test_on_a_terminal_it_is_said_once_that_it_follows(
    asked: Callable[[], str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(out, "_force_terminal", True)
    show_logs(Settings(), "airflow", 20, follow=True)
    assert capsys.readouterr().out.count("following; Ctrl-C ends") == 1
    assert asked().endswith("--follow airflow")


def test_all_lines_of_a_service_are_shown_when_it_is_named(
    asked: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    show_logs(Settings(), "airflow", 20, follow=True)
    assert capsys.readouterr().out.splitlines() == ["airflow │ WARNING slow"]
    assert asked() == "logs --no-color --tail 20 --follow airflow"
