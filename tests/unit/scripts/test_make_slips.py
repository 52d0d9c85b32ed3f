"""A slip in a make command runs nothing, says what was meant, and is followed by no noise of make's own."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
from typing import Any

import pytest
from deliveries import ROOT
from typer.main import get_command

from glue_sandbox import cli
from glue_sandbox.project.file import load_project

THAT_DAY = "FROM=2024-06-25 TO=2024-06-25"


def make(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What `make` does in a shell that has set nothing; recipes are replaced by one that tells of itself."""
    env = {"PATH": os.environ["PATH"], **variables}
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
        (["KPIS"], "the word KPIS", "make kpis"),
        (["demo", "SOMETHING=1"], "SOMETHING=1", "make demo"),
        (["kpis", "ROWS=3"], "ROWS=3", "make kpis, or: make seed ROWS=3"),
        (["runs", "ALL=1", "N=5"], "ALL=1", "make runs N=5"),
        (["up", "seed", "JSON=1", "ROWS=3"], "JSON=1", "make up seed ROWS=3"),
        (["seed", "FILE="], "FILE= without one", "make seed, or give FILE= a value"),
        (["seed", "ROWS= ", "DAYS=2"], "ROWS= without one", "make seed DAYS=2, or give ROWS= a value"),
        (["up", "AIRFLOW_PORT="], "AIRFLOW_PORT= without one", "make up, or give AIRFLOW_PORT= a value"),
        (["seed", "file=", "ROWS="], "file=", "make seed"),
        # All that was typed is in what is said to be typed.
        (["recompute", "to=2024-06-26"], "to=2024-06-26", "make recompute TO=2024-06-26"),
        (["recompute", "DATE=2024-06-25"], "DATE=2024-06-25", f"make recompute {THAT_DAY}"),
        (["recompute", "2024-06-25"], "the word 2024-06-25", f"make recompute {THAT_DAY}"),
        (
            ["recompute", "2024-06-25", "2024-06-26"],
            "the words 2024-06-25 2024-06-26",
            "make recompute FROM=2024-06-25 TO=2024-06-26",
        ),
        (
            ["recompute", "FROM=2024-06-25", "until=2024-06-26"],
            "until=2024-06-26",
            "make recompute FROM=2024-06-25 TO=2024-06-26",
        ),
        (["kpis", "DAY=2024-06-25"], "DAY=2024-06-25", "make kpis DATE=2024-06-25"),
        (["kpis", "2024-06-25", "all=1"], "the word 2024-06-25", "make kpis DATE=2024-06-25 ALL=1"),
        (["sead", "rows=3"], "the word sead", "make seed ROWS=3"),
        (["upp", "AIRFLOW_PORT=9000"], "the word upp", "make up AIRFLOW_PORT=9000"),
        (["up", "AIRFLOW_PORT=9000", "X=1"], "X=1", "make up AIRFLOW_PORT=9000"),
        (["upp", "sead"], "the words upp sead", "make up seed"),
        (["upp", "seed", "ROWS=3"], "the word upp", "make seed FILE=upp ROWS=3"),
        (["up", "seed", "x.csv"], "the word x.csv", "make up seed FILE=x.csv"),
        (["ROWS=3"], "ROWS=3", "make seed ROWS=3"),
        (["ALL=1"], "ALL=1", "make help"),
        # Words of other tools.
        (["stop"], "the word stop", "make down"),
        (["start"], "the word start", "make up"),
        (["list"], "the word list", "make help"),
        (["restart"], "the word restart", "make down up"),
        # A shell ends a value at a blank.
        (["seed", "FILE=/x/my", "folder"], "the word folder", "make seed FILE='/x/my folder'"),
        (
            ["seed", "FILE=/x/my", "own", "folder"],
            "the words own folder",
            "make seed FILE='/x/my own folder'",
        ),
        (
            ["run", "JOB=a_job", "ARGS=--day", "2024-06-25"],
            "the word 2024-06-25",
            "make run JOB=a_job ARGS='--day 2024-06-25'",
        ),
        (["test", "SUITES=unit", "e2e"], "the word e2e", "make test SUITES='unit e2e'"),
        # The name of a variable without a value, or with one after a blank.
        (["seed", "FILE"], "the word FILE", "make seed FILE=my.csv"),
        (["kpis", "all"], "the word all", "make kpis ALL=1"),
        (["seed", "rows", "10"], "the words rows 10", "make seed ROWS=10"),
        (["seed", "10"], "the word 10", "make seed ROWS=10"),
        (["runs", "5"], "the word 5", "make runs N=5"),
        (["logs", "jr_1a2b3c"], "the word jr_1a2b3c", "make logs RUN=jr_1a2b3c"),
        (["kpis", "manual__x"], "the word manual__x", "make kpis RUN=manual__x"),
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


def test_of_several_variables_each_is_corrected() -> None:
    said = make("recompute", "from=2024-06-25", "to=2024-06-26").stderr.splitlines()
    assert "from=2024-06-25" in said[1]
    assert "to=2024-06-26" in said[1]
    assert said[2] == "next     make recompute FROM=2024-06-25 TO=2024-06-26"


@pytest.mark.parametrize(
    "words",
    [
        ["seed", "FILE=x.csv"],
        ["up", "AIRFLOW_PORT=9000"],
        ["up", "HTTPS_PROXY=x", "PIP_INDEX_URL="],
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
    # Make ends by the signal, unless its command's end comes to it first.
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) in (-signal.SIGINT, 2)
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


def test_no_target_takes_an_empty_variable() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target, names in re.findall(r"^TAKES_([a-z0-9-]+) = (.*)$", makefile, re.M):
        said = make(target, *(f"{name}=" for name in names.split())).stderr
        assert re.match(f"expected a value after ({names.replace(' ', '|')})=\n", said), target


def test_an_empty_variable_of_the_shell_is_one_that_is_not_set() -> None:
    assert make("seed", FILE="").stdout == "RAN seed\n"


def test_every_setting_of_the_documentation_is_known() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    settings = re.findall(r"^\| `([A-Z_]+)` \|", text, re.M)
    assert len(settings) > 20
    assert make("up", *(f"{name}=1" for name in settings)).stderr == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["kpis", "ROWS=3"], "what make kpis takes: DATE= RUN= ALL="),
        (["up", "ROWS=3"], "no option after make up"),
    ],
)
def test_an_option_of_another_target_is_answered_with_what_this_one_takes(
    words: list[str], expected: str
) -> None:
    assert make(*words).stderr.splitlines()[0] == f"expected {expected}"


def test_each_target_takes_what_its_recipe_and_its_command_read() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    said = {
        target: set(names.split())
        for target, names in re.findall(r"^TAKES_([a-z0-9-]+) = (.*)$", makefile, re.M)
    }
    project = load_project(ROOT / "sandbox.toml")
    group = get_command(cli.build_app(project))
    for target, recipe in re.findall(r"^([a-z0-9-]+):.*## .*\n\t\$\(SANDBOX\) (.*)$", makefile, re.M):
        command = command_of(group, recipe.split())
        of_command = {str(each.envvar) for each in command.params if getattr(each, "envvar", None)}
        of_recipe = set(re.findall(r"\$\$?[({]+(?:if \$\()?([A-Z]+)", recipe))
        of_tests = {"TARGET"} if target.startswith("test") else set()  # which tests read by themselves
        assert said.get(target, set()) == of_command | of_recipe | of_tests, target


def command_of(group: Any, words: list[str]) -> Any:
    """Return the command that a recipe runs, such as `bookmark show`."""
    while hasattr(group, "commands"):
        group = group.commands[words.pop(0)]
    return group


@pytest.mark.parametrize("width", [60, 80])
def test_help_is_as_wide_as_the_terminal_in_groups_and_begins_with_the_newcomer(
    width: int,
) -> None:
    lines = make("help", COLUMNS=str(width)).stdout.splitlines()
    assert lines[0].startswith("New here? Type: make demo")
    groups = [line for line in lines[1:] if line and not line.startswith(" ")]
    assert groups == ["Start", "Use", "Develop", "Prove", "Promote", "Maintain"]
    assert [line for line in lines if len(line) > width] == []
    assert "make kpis ALL=1: those with -- are make's own" in " ".join(" ".join(lines).split())
    targets = re.findall(r"^TARGETS = (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)[
        0
    ].split()
    listed = [line.split()[1] for line in lines if line.startswith("  make ")]
    assert sorted(listed) == sorted(targets)
