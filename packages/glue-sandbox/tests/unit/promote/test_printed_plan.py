"""A plan on a narrow terminal: what does not fit its line goes on below its first word."""

from __future__ import annotations

import io

import pytest

from glue_sandbox.commands import promote
from glue_sandbox.terminal.visible_text import VisibleConsole

LINES = ["Stack dev-jobs (new)", "  + 1 IAM::Role, 1 Lambda::Function", "", "    commit c0ffee"]


def printed(monkeypatch: pytest.MonkeyPatch, *, is_terminal: bool) -> list[str]:
    console = VisibleConsole(
        file=io.StringIO(), force_terminal=is_terminal, width=24, highlight=False, color_system=None
    )
    monkeypatch.setattr(promote, "out", console)
    promote._print_lines(LINES)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_on_a_terminal_it_goes_on_below_the_first_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, is_terminal=True) == [
        "Stack dev-jobs (new)",
        "  + 1 IAM::Role, 1",
        "    Lambda::Function",
        "",
        "    commit c0ffee",
    ]


def test_a_pipe_gets_its_lines_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, is_terminal=False) == LINES
