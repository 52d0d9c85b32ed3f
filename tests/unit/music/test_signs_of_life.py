"""While a command reads, a terminal says what it does; a pipe gets nothing of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from glue_sandbox.commands import clean, doctor, down, history
from glue_sandbox.dev import lint
from glue_sandbox.settings import Settings
from glue_sandbox.terminal import console
from music import recompute
from music.commands import audit
from music.date_range import EVERY_DAY
from music.deliveries import seed
from music.reports import kpis, rejected
from music.runs import view


class InterruptedReadError(Exception):
    """Raised in the middle of the reading."""


def interrupt(*_: object, **__: object) -> Any:
    raise InterruptedReadError


COMMANDS: dict[str, tuple[Any, str, Callable[[], object]]] = {
    "kpis": (kpis, "must_run", lambda: kpis.print_kpis(Settings(), kpis.Choice())),
    "rejected": (rejected, "choose_runs", lambda: rejected.print_rejected(Settings(), kpis.Choice())),
    "runs": (view, "airflow_state", lambda: view.print_runs(Settings(), 20)),
    "recompute": (
        recompute,
        "airflow_state",
        lambda: recompute.recompute(Settings(), EVERY_DAY, every_day=False),
    ),
    "seed": (seed, "airflow_state", lambda: seed.deliver(Settings(), seed.sample_order(Settings()))),
}


def terminal(monkeypatch: pytest.MonkeyPatch, is_terminal: bool) -> io.StringIO:
    shown = io.StringIO()
    monkeypatch.setattr(console, "err", Console(file=shown, force_terminal=is_terminal, width=80))
    return shown


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_says_what_is_done_while_it_is(
    command: str, is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, first_read, run = COMMANDS[command]
    monkeypatch.setattr(module, first_read, interrupt)
    for name in ("must_run", "_wait_for_answers"):
        if name != first_read and hasattr(module, name):
            monkeypatch.setattr(module, name, lambda _: {})
    if hasattr(module, "KpiReader"):
        monkeypatch.setattr(module, "KpiReader", lambda _: None)
    shown = terminal(monkeypatch, is_terminal)
    with pytest.raises(InterruptedReadError):
        run()
    said = shown.getvalue()
    assert ("Reading" in said or "Looking" in said) is is_terminal
    assert is_terminal or said == ""


@pytest.mark.parametrize(
    ("module", "first_step", "said"),
    [
        (doctor, "glue_sandbox.doctor.examine", "Looking at this machine"),
        (history, "glue_sandbox.status.status.must_run", "Looking for event logs"),
        (down, "glue_sandbox.processes.supervisor.Supervisor.stop_all", "Stopping processes"),
        (clean, "glue_sandbox.processes.supervisor.Supervisor.stop_all", "Stopping processes"),
    ],
)
def test_what_takes_a_while_says_what_it_does(
    module: Any, first_step: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "load_settings", lambda: Settings(home=tmp_path, state=tmp_path / "state"))
    monkeypatch.setattr(first_step, interrupt)
    monkeypatch.setattr("glue_sandbox.containers.down.take_down_if_possible", lambda *_, **__: [])
    monkeypatch.setattr("glue_sandbox.containers.down.take_down", lambda *_, **__: [])
    shown = terminal(monkeypatch, is_terminal=True)
    with pytest.raises(InterruptedReadError):
        module.COMMAND.run()
    assert said in shown.getvalue()


def test_a_linter_is_named_while_it_works(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lint, "linters", lambda _: [("a linter", ["true"])])
    monkeypatch.setattr(lint, "environment_of_checks", interrupt)
    shown = terminal(monkeypatch, is_terminal=True)
    with pytest.raises(InterruptedReadError):
        lint.run_lint(Settings(home=tmp_path))
    assert "a linter" in shown.getvalue()


def test_an_audit_says_so_beside_its_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "load_settings", Settings)
    monkeypatch.setattr("glue_sandbox.status.status.must_run", lambda _: {})
    monkeypatch.setattr("music.audit.location.of_sandbox", lambda _: None)
    monkeypatch.setattr("music.runs.watch.at_work_in", lambda _: "")
    monkeypatch.setattr("music.audit.report.audit", interrupt)
    shown = terminal(monkeypatch, is_terminal=True)
    with pytest.raises(InterruptedReadError):
        audit.audit(None, as_json=True)  # type: ignore[arg-type]
    assert "Reading files, ledger, curated listens" in shown.getvalue()
    assert capsys.readouterr().out == ""
