"""While a command reads, a terminal says what it does; a pipe gets nothing of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from glue_sandbox.settings import Settings
from glue_sandbox.terminal import console
from music import recompute
from music.commands import audit
from music.deliveries import seed
from music.reports import kpis, rejected
from music.runs import view


class InterruptedReadError(Exception):
    """Raised in the middle of the reading."""


def interrupt(*_: object, **__: object) -> Any:
    raise InterruptedReadError


COMMANDS: dict[str, tuple[Any, str, Callable[[], object]]] = {
    "kpis": (kpis, "must_run", lambda: kpis.print_kpis(Settings(), kpis.Choice())),
    "rejected": (rejected, "chosen_manifests", lambda: rejected.print_rejected(Settings(), kpis.Choice())),
    "runs": (view, "airflow_state", lambda: view.print_runs(Settings(), 20)),
    "recompute": (recompute, "airflow_state", lambda: recompute.recompute(Settings(), None, None)),
    "seed": (seed, "airflow_state", lambda: seed.deliver(Settings(), seed.Order([]))),
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


def test_an_audit_says_so_beside_its_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "load_settings", Settings)
    monkeypatch.setattr("glue_sandbox.status.status.must_run", lambda _: {})
    monkeypatch.setattr("music.audit.location.of_sandbox", lambda _: None)
    monkeypatch.setattr("music.runs.watch.under_way_in", lambda _: "")
    monkeypatch.setattr("music.audit.report.audit", interrupt)
    shown = terminal(monkeypatch, is_terminal=True)
    with pytest.raises(InterruptedReadError):
        audit.audit(None, as_json=True)  # type: ignore[arg-type]
    assert "Reading files, ledger, curated listens" in shown.getvalue()
    assert capsys.readouterr().out == ""
