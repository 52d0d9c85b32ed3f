"""From before its imports on, a command shows on a terminal that it has begun, until it says something."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from glue_sandbox.terminal.sign_of_life import ERASE_LINE, SignOfLife


class Screen(io.StringIO):
    """A terminal, or a pipe, that tells when something was written a second time."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal
        self._frames = 0
        self.moves = threading.Event()

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        self._frames += 1
        if self._frames > 1:
            self.moves.set()
        return super().write(text)


def begun(monkeypatch: pytest.MonkeyPatch, screen: Screen) -> SignOfLife:
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    sign = SignOfLife("kpis", seconds=0.001)
    sign.begin()
    return sign


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda: print("a table"), "a table\n"),
        (lambda: print("an error", file=sys.stderr), "an error\n"),
        (lambda: subprocess.run([sys.executable, "-c", ""], check=True), ""),
    ],
    ids=["output", "an error", "another process"],
)
def test_it_moves_and_is_gone_with_the_first_that_is_written(
    write: Callable[[], object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    begun(monkeypatch, screen)
    assert screen.moves.wait(30)
    write()
    *frames, rest = screen.getvalue().split(ERASE_LINE)
    assert all(frame.endswith(" kpis") for frame in frames[1:])
    assert rest == said
    assert sys.stdout is screen
    assert sys.stderr is screen


def test_a_stream_that_somebody_has_kept_writes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    sign = begun(monkeypatch, screen)
    kept = sys.stdout
    sign.end()
    print("said", file=kept)
    assert screen.getvalue().split(ERASE_LINE)[-1] == "said\n"


def test_a_pipe_gets_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(is_terminal=False)
    sign = begun(monkeypatch, screen)
    print("said")
    sign.end()
    assert screen.getvalue() == "said\n"
