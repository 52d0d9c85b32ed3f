"""From before its imports on, a command that says nothing shows on a terminal that it is at work."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from glue_sandbox.terminal import sign_of_life
from glue_sandbox.terminal.sign_of_life import ERASE_LINE, SignOfLife

NEVER = 3600.0
"""Seconds of silence after which it comes back."""
FRAME = rf"{re.escape(ERASE_LINE)}⠋ kpis"


class Screen(io.StringIO):
    """A terminal, or a pipe."""

    def __init__(self, is_terminal: bool = True) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


class Looks:
    """Counts how often a sign of life looks whether it is to be shown."""

    def __init__(self) -> None:
        self._count, self._looked = 0, threading.Condition()

    def __iter__(self) -> Iterator[str]:
        for frame in itertools.repeat("⠋"):
            with self._looked:
                self._count += 1
                self._looked.notify_all()
            yield frame

    def wait_for_more(self) -> None:
        """Wait until a look that began after now is over."""
        with self._looked:
            wanted = self._count + 2
            assert self._looked.wait_for(lambda: self._count >= wanted, 30)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    looks = Looks()
    monkeypatch.setattr(sign_of_life, "FRAMES", looks)
    return looks


def begun(monkeypatch: pytest.MonkeyPatch, screen: Screen, silence: float) -> SignOfLife:
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(sys, "stderr", screen)
    sign = SignOfLife("kpis", seconds=0.001, silence=silence)
    sign.begin()
    return sign


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda: print("a table"), "a table\n"),
        (lambda: print("an error", file=sys.stderr), "an error\n"),
        (lambda: sys.stdout.writelines(["two\n", "lines\n"]), "two\nlines\n"),
        (lambda: subprocess.run([sys.executable, "-c", ""], check=True), ""),
    ],
    ids=["output", "an error", "lines", "another process"],
)
def test_it_moves_and_is_gone_with_the_first_that_is_written(
    write: Callable[[], object], said: str, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    sign = begun(monkeypatch, screen, silence=NEVER)
    looks.wait_for_more()
    write()
    looks.wait_for_more()
    sign.end()
    assert re.fullmatch(rf"({FRAME})+{re.escape(ERASE_LINE + said)}", screen.getvalue())
    assert (sys.stdout, sys.stderr) == (screen, screen)


def test_it_comes_back_when_nothing_is_said(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    sign = begun(monkeypatch, screen, silence=0)
    print("said\n\x1b[0m", end="")
    looks.wait_for_more()
    sign.end()
    assert re.fullmatch(rf"({FRAME})+{re.escape(ERASE_LINE)}", screen.getvalue().partition("\x1b[0m")[2])


def test_it_does_not_break_into_a_line(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    sign = begun(monkeypatch, screen, silence=0)
    print("one \x1b[1mhalf\x1b[0m", end="")
    looks.wait_for_more()
    print(", the other")
    sign.end()
    assert "one \x1b[1mhalf\x1b[0m, the other\n" in screen.getvalue()


@pytest.mark.parametrize("writes", [True, False])
def test_it_leaves_the_terminal_to_a_process_that_writes_to_it(
    *, writes: bool, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_of_life, "others_write", lambda: writes)
    screen = Screen()
    sign = begun(monkeypatch, screen, silence=0)
    subprocess.run([sys.executable, "-c", ""], check=True)
    print("said")
    looks.wait_for_more()
    sign.end()
    assert ("kpis" in screen.getvalue().partition("said\n")[2]) is not writes


@pytest.mark.parametrize(
    ("words", "environ", "expected"),
    [
        (["kpis"], {}, True),
        (["env"], {}, False),
        (["status", "--json"], {}, False),
        (["status"], {"JSON": "1"}, False),
    ],
)
def test_what_programs_read_has_nothing_else_in_it(
    words: list[str], environ: dict[str, str], *, expected: bool
) -> None:
    assert sign_of_life.is_for_people(words, environ) is expected


def test_a_stream_that_somebody_has_kept_writes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    sign = begun(monkeypatch, screen, silence=NEVER)
    kept = sys.stdout
    sign.end()
    print("said", file=kept)
    assert screen.getvalue().split(ERASE_LINE)[-1] == "said\n"


def test_a_pipe_that_gets_something_gets_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen(is_terminal=False)
    begun(monkeypatch, screen, silence=NEVER)
    print("said")
    assert screen.getvalue() == "said\n"
    assert sys.stdout is screen


def test_a_pipe_that_has_got_nothing_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()

    class Pipe(Screen):
        def flush(self) -> None:
            told.set()

    screen = Pipe(is_terminal=False)
    begun(monkeypatch, screen, silence=0)
    assert told.wait(30)
    print("said")
    assert screen.getvalue() == "… still working: kpis\nsaid\n"
