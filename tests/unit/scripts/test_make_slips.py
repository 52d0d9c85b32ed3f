"""A slip in a make command runs nothing, says what was meant, and is followed by no noise of make's own."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess

import pytest
from deliveries import ROOT


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """What `make` does in a shell that has set nothing; recipes are replaced by one that tells of itself."""
    env = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        ["make", "ENTRANCE=echo RAN", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("words", "found", "next_command"),
    [
        (["seed", "file=x y.csv"], "file=x y.csv", "make seed FILE='x y.csv'"),
        (["seed", "x.csv"], "the word x.csv", "make seed FILE=x.csv"),
        (["seed", "rows=10"], "rows=10", "make seed ROWS=10"),
        (["kpis", "2024-06-25"], "the word 2024-06-25", "make kpis DATE=2024-06-25"),
        (["run", "a_job"], "the word a_job", "make run JOB=a_job"),
        (["kpi"], "the word kpi", "make kpis"),
        (["sead", "ROWS=3"], "the word sead", "make seed ROWS=3"),
        (["whatever"], "the word whatever", "make help"),
        (["demo", "SOMETHING=1"], "SOMETHING=1", "make demo"),
    ],
)
def test_a_slip_runs_nothing_and_names_what_was_meant(
    words: list[str], found: str, next_command: str
) -> None:
    done = make(*words)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 3, done.stderr
    assert lines[0].startswith("expected ")
    assert lines[1:] == [f"found    {found}; nothing was run", f"next     {next_command}"]


@pytest.mark.parametrize(
    "words",
    [
        ["seed", "FILE=x.csv"],
        ["up", "AIRFLOW_PORT=9000"],
        ["up", "HTTPS_PROXY=x", "PIP_INDEX_URL=y"],
        ["up", "seed"],
    ],
)
def test_what_is_meant_runs(words: list[str]) -> None:
    done = make(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("RAN")


@pytest.mark.parametrize(("code", "made"), [(0, 0), (1, 1), (2, 1), (130, 1)])
def test_of_a_command_that_fails_make_ends_with_1_and_adds_nothing_to_what_it_said(
    code: int, made: int
) -> None:
    done = make("up", "seed", f"ENTRANCE=sh -c 'echo $$MAKEFLAGS$$1 >&2; exit {code}' x")
    said = ["up", "seed"] if code == 0 else ["up"]  # nothing goes on after a failure
    assert (done.returncode, done.stdout, done.stderr.splitlines()) == (made, "", said)


def test_make_only_shows_what_it_would_do_when_asked_to() -> None:
    done = make("-n", "down", "ENTRANCE=false")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "false down", "")


@pytest.mark.parametrize("code", [0, 1])
def test_after_ctrl_c_make_says_nothing_of_its_own(code: int) -> None:
    script = f"trap 'echo ended; exit {code}' INT; echo begun; while :; do sleep 0.1; done"
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execvp("make", ["make", "up", f'ENTRANCE=sh -c "{script}"'])  # noqa: S606

    shown = b""
    while b"begun" not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, b"\x03")
    shown += read_to_end(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGINT
    assert shown.decode().replace("^C", "").split() == ["begun", "ended"]


def read_to_end(terminal: int) -> bytes:
    """What is still written to a terminal; Linux tells of its end by an error."""
    shown = b""
    try:
        while data := os.read(terminal, 1024):
            shown += data
    except OSError:
        return shown
    return shown


def test_every_setting_of_the_documentation_is_known() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    settings = re.findall(r"^\| `([A-Z_]+)` \|", text, re.M)
    assert len(settings) > 20
    assert make("up", *(f"{name}=1" for name in settings)).stderr == ""


def test_help_fits_80_columns_in_groups_and_begins_with_the_newcomer() -> None:
    lines = make("help").stdout.splitlines()
    assert lines[0].startswith("New here? Type: make demo")
    groups = [line for line in lines[1:] if line and not line.startswith(" ")]
    assert groups == ["Start", "Use", "Develop", "Prove", "Maintain"]
    assert [line for line in lines if len(line) > 80] == []
    targets = re.findall(r"^TARGETS = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[
        0
    ].split()
    listed = [line.split()[1] for line in lines if line.startswith("  make ")]
    assert sorted(listed) == sorted(targets)
