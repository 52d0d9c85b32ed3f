"""The command line: every command explains itself, and errors are facts instead of tracebacks."""

from __future__ import annotations

import json
import os
import re
import subprocess
from contextlib import nullcontext
from pathlib import Path

import pytest
from checkout import ROOT
from typer.testing import CliRunner

from glue_sandbox import cli
from glue_sandbox.airflow import dag_runs
from glue_sandbox.airflow.client import DagRun
from glue_sandbox.errors import SandboxError
from glue_sandbox.jobs.job_run import job_arguments
from glue_sandbox.processes.logs import find_logs, show
from glue_sandbox.processes.supervisor import State
from glue_sandbox.project.file import load_project
from glue_sandbox.settings import Settings, load_settings
from glue_sandbox.terminal.console import last_lines


@pytest.fixture
def runner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Commands that see an empty sandbox."""
    monkeypatch.setattr(
        "os.environ", {"PATH": "/bin", "SANDBOX_STATE": str(tmp_path), "COLUMNS": "200", "MODE": "embedded"}
    )
    return CliRunner()


PROJECT = load_project(ROOT / "sandbox.toml")
COMMANDS = {**cli.COMMANDS, **cli.OF_A_CHECKOUT, **cli.project_commands(PROJECT)}
APP = cli.build_app(PROJECT)
SERVICES = {"glue", "airflow", "ministack"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_that_ends_in_a_runnable_example(command: str, runner: CliRunner) -> None:
    result = runner.invoke(APP, [command, "--help"])
    assert result.exit_code == 0
    assert re.search(r"Example: \S+", result.output)


@pytest.mark.parametrize(
    ("command", "environments"),
    [
        ("up", SERVICES),
        ("demo", SERVICES),
        ("setup", SERVICES | {"dev"}),
        ("test", {"glue", "airflow", "dev"}),
        ("chaos", SERVICES | {"dev"}),
        ("soak", SERVICES | {"dev"}),
        ("bench", SERVICES | {"dev"}),
        ("lint", {"dev"}),
        ("format", {"dev"}),
        ("locks", {"uv"}),
        *((name, set()) for name in ("down", "status", "logs", "run", "doctor", "clean", "seed", "kpis")),
    ],
)
def test_a_command_gets_the_environments_it_needs_and_no_more(command: str, environments: set[str]) -> None:
    assert set(COMMANDS[command].environments_in("embedded")) == environments


def test_a_start_of_containers_needs_no_environment_of_a_service() -> None:
    assert COMMANDS["up"].environments_in("containers") == ()
    assert set(COMMANDS["test"].environments_in("containers")) == {"glue", "airflow", "dev"}


def test_every_command_is_a_make_target_with_a_comment_for_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.M))
    # They make a project, and this is one; or are for those that Terraform describes.
    assert set(COMMANDS) - {"init", "terraform"} <= targets
    for target in targets - {"help"}:
        recipe = makefile.split(f"\n{target}:", 1)[1].splitlines()[1]
        assert recipe.startswith("\t$(SANDBOX) "), f"{target} is more than one line"


def test_status_as_json_is_json_alone_and_has_the_contract_s_names(runner: CliRunner) -> None:
    seen = json.loads(runner.invoke(APP, ["status", "--json"]).stdout)
    assert list(seen) == [
        *("mode", "endpoint_url", "region", "bucket", "landing", "archive"),
        *("tables", "apis", "dag_id", "airflow", "services"),
    ]
    assert len(seen["tables"]) == 7
    assert set(seen["airflow"]) == {"url", "user", "password"}
    assert seen["services"]["glue"] == {"state": "stopped", "url": None, "pid": None}


SOURCES = ("packages/glue-sandbox/src", "packages/local-glue/src", "scripts", "glue")


@pytest.mark.parametrize("module", ["music.audit.report", "music.runs.view", "music.recompute"])
def test_what_a_command_imports_late_is_in_its_environment(module: str) -> None:
    """These tests run in the environment `dev`, which has more."""
    settings = load_settings({"PATH": "/bin", "SANDBOX_HOME": os.environ.get("SANDBOX_HOME", "")})
    env = {"PATH": "/bin", "PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in SOURCES)}
    command = [str(settings.python("sandbox")), "-c", f"import duckdb, {module}"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_stopping_what_does_not_run_is_harmless(runner: CliRunner) -> None:
    result = runner.invoke(APP, ["down"])
    assert (result.exit_code, result.output.strip()) == (0, "nothing was running")


@pytest.mark.parametrize("under_way", [[], ["s3__first"]])
def test_down_says_of_a_run_that_it_cuts_off_what_happens_next(
    under_way: list[str], runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("glue_sandbox.airflow.dag_runs.runs_under_way", lambda _: under_way)
    said = runner.invoke(APP, ["down"]).output.splitlines()
    assert said[1:] == [
        f"run {run} was under way and is cut off: after the next make up, a new run does its work"
        for run in under_way
    ]


@pytest.mark.parametrize(
    ("airflow", "found"), [(State.HEALTHY, ["s3__first"]), (State.STARTING, []), (State.STOPPED, [])]
)
def test_runs_under_way_are_those_that_airflow_works_on(
    airflow: State, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class FakeDag:
        def runs(self) -> list[DagRun]:
            states = {"s3__second": "queued", "s3__first": "running", "s3__none": "failed"}
            return [DagRun("d", name, "manual", state, None, None) for name, state in states.items()]

    monkeypatch.setattr(dag_runs, "airflow_state", lambda _: airflow)
    monkeypatch.setattr(dag_runs, "open_dag", lambda _: nullcontext(FakeDag()))
    assert dag_runs.runs_under_way(Settings()) == found


def test_a_command_that_ctrl_c_ends_has_the_code_that_shells_know(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.argv", ["sandbox", "status"])
    for interrupted in ("glue_sandbox.status.status.status", "glue_sandbox.cli.load_project"):
        monkeypatch.setattr(interrupted, interrupt)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 130


def test_an_error_is_three_facts_and_exit_code_1(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["sandbox", "seed"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert re.search(r"expected a running sandbox\nfound .*stopped\nnext .*make up", said)


@pytest.mark.parametrize(
    "words",
    [
        *(["seed"], ["watch"], ["kpis"], ["dashboard"], ["rejected"], ["runs"], ["audit"], ["recompute"]),
        *(
            ["alerts"],
            ["metrics"],
            ["run", "a_job"],
            ["logs"],
            ["history"],
            ["history", "--logs", "s3://b/"],
            ["bookmark", "show", "a_job"],
        ),
    ],
    ids=" ".join,
)
def test_every_command_says_in_the_same_words_that_nothing_runs(words: list[str], runner: CliRunner) -> None:
    result = runner.invoke(APP, words)
    assert isinstance(result.exception, SandboxError), result.output
    error = result.exception
    said = (error.expected, error.found, error.next_command)
    assert said == ("a running sandbox", "the AWS endpoint is stopped", "make up")


def test_while_the_endpoint_starts_nobody_is_sent_to_make_up(
    runner: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "glue_sandbox.status.status.services", lambda _: {"glue": {"state": State.STARTING.value}}
    )
    error = runner.invoke(APP, ["kpis"]).exception
    assert isinstance(error, SandboxError)
    assert (error.found, error.next_command) == (
        "the AWS endpoint is starting",
        "make status, until it is healthy",
    )


def test_logs_are_picked_by_service_and_unknown_names_are_answered_with_the_known(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(state=tmp_path)
    with pytest.raises(SandboxError, match="make up"):
        find_logs(settings, None)
    (tmp_path / "logs" / "airflow").mkdir(parents=True)
    (tmp_path / "logs" / "glue.log").write_text("first\nsecond\n")
    (tmp_path / "logs" / "airflow.log").touch()
    (tmp_path / "logs" / "airflow" / "scheduler.log").touch()
    assert set(find_logs(settings, "airflow")) == {"airflow", "airflow/scheduler"}
    with pytest.raises(SandboxError) as caught:
        find_logs(settings, "spark")
    assert "glue" in caught.value.expected
    show(find_logs(settings, "glue"), lines=1, follow=False)
    assert capsys.readouterr().out == "glue │ second\n"


def test_job_arguments_are_taken_as_people_write_them() -> None:
    assert job_arguments(["--batch_id", "x", "--tables={}", "--flag"]) == {
        "--batch_id": "x",
        "--tables": "{}",
        "--flag": "",
    }
    with pytest.raises(SandboxError, match="begin with --name"):
        job_arguments(["x"])


def test_the_end_of_a_log_has_no_blank_lines() -> None:
    assert last_lines("a\n\nb\n\nc\n", count=2) == "b\nc"


def test_a_command_of_the_project_takes_the_place_of_the_tool_s(tmp_path: Path) -> None:
    (tmp_path / "sandbox.toml").write_text('name = "small"\n')
    plain = {
        each.name: each for each in cli.build_app(load_project(tmp_path / "sandbox.toml")).registered_commands
    }
    assert "sandbox.toml names under" in str(plain["seed"].callback and plain["seed"].callback.__doc__)
    assert "pytest unless" in str(plain["test"].callback and plain["test"].callback.__doc__)

    names = [each.name for each in APP.registered_commands]
    assert len(names) == len(set(names))
    own = {each.name: each.callback for each in APP.registered_commands}
    assert "CSV files" in str(own["seed"] and own["seed"].__doc__)
    assert "everything that can be proven" in str(own["test"] and own["test"].__doc__)
