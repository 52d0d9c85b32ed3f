"""The sign of a step that ended early: a failure is one, Ctrl-C is none."""

from __future__ import annotations

import pytest

from glue_sandbox.terminal import console
from glue_sandbox.terminal.console import out, step
from glue_sandbox.terminal.visible_text import VisibleConsole


@pytest.mark.parametrize(("error", "sign"), [(KeyboardInterrupt, "-"), (OSError, "✗")])
def test_it_tells_a_failure_from_ctrl_c(error: type[BaseException], sign: str) -> None:
    with out.capture() as shown, pytest.raises(error), step("Run with these files"):
        raise error
    assert shown.get().startswith(f"{sign} Run with these files (")


def test_in_a_pipe_it_tells_once_what_it_waits_for() -> None:
    with out.capture() as shown, step("Run with these files") as waiting:
        for text in ("", "comes after run a", "comes after run a", "comes after run b"):
            waiting.tell(text)
    assert shown.get().splitlines()[:2] == ["  comes after run a", "  comes after run b"]


def test_on_a_terminal_it_tells_so_beside_its_title(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "out", VisibleConsole(width=60, force_terminal=True, color_system=None))
    with console.out.capture() as shown, step("Run with [these] files") as waiting:
        waiting.tell("comes after run a")
        assert waiting.title == "Run with [these] files"
    assert "Run with [these] files: comes after run a" in shown.get()
