"""An audit beside a run would take what the run has not done yet for a disagreement."""

from __future__ import annotations

import subprocess

import pytest
import typer
from deliveries import ROOT

from glue_sandbox.errors import SandboxError
from glue_sandbox.settings import Settings
from glue_sandbox.terminal import usage_errors
from music.audit import report
from music.commands import audit as command
from music.runs import watch


def audit(monkeypatch: pytest.MonkeyPatch, under_way: str, **options: str) -> int:
    """Its exit code when nothing disagrees."""
    monkeypatch.setattr(command, "load_settings", Settings)
    monkeypatch.setattr("glue_sandbox.status.status.must_run", lambda _: {})
    monkeypatch.setattr("music.audit.location.of_sandbox", lambda _: None)
    monkeypatch.setattr(watch, "at_work_in", lambda _: under_way)
    monkeypatch.setattr(report, "audit", lambda *_: (None, {}))
    with pytest.raises(typer.Exit) as ended:
        command.audit(None, as_json=True, **options)  # type: ignore[arg-type]
    return ended.value.exit_code


def test_a_run_that_is_under_way_is_told_with_an_exit_code_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit(monkeypatch, "run x is at check_files (step 1 of 9)") == 3
    said = capsys.readouterr()
    assert "found    run x is at check_files (step 1 of 9)" in said.err
    assert "next     make watch, then: make audit\n" in said.err
    assert (
        "audit ends with 3 then, and with 1 where something disagrees; make ends with 1 either way"
        in said.err
    )
    assert said.out == ""


def test_the_days_asked_for_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audit(monkeypatch, "run x is at check_files (step 1 of 9)", first="2024-06-25", last="2024-06-26")
    assert "make watch, then: make audit FROM=2024-06-25 TO=2024-06-26" in capsys.readouterr().err


def test_without_a_run_it_is_the_audits_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert audit(monkeypatch, "") == 0


def test_a_target_is_an_environment_by_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.command("audit", epilog=f"Example: {command.COMMAND.example}")(command.audit)
    app.command("other")(lambda: None)
    monkeypatch.setattr("sys.argv", ["tool", "audit"])
    monkeypatch.setenv("TARGET", "prod")
    with pytest.raises(SandboxError) as caught:
        usage_errors.run(app, "tool")
    assert caught.value.expected == "an environment prod: a file environments/prod.toml"


def test_make_has_one_code_for_both_as_the_pages_say() -> None:
    script = f"""ENTRANCE=sh -c 'exit {command.RUN_UNDER_WAY}' --"""
    made = subprocess.run(["make", "audit", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (made.returncode, made.stdout, made.stderr) == (1, "", "")
    page, readme = (ROOT / "docs/commands.md").read_text(), (ROOT / "README.md").read_text()
    assert (
        f"1 something disagrees, {command.RUN_UNDER_WAY} a run is at work; make ends with 1 for both" in page
    )
    assert f"a run at work ({command.RUN_UNDER_WAY}) calls `./local-docker-development.sh audit`" in readme
