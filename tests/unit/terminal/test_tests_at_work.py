"""While tests say nothing, a sign moves at the cursor: of `make test`, too, one sees that it is at work."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pseudo_terminal import watch
from terminal_screen import shown_on

from glue_sandbox.dev import cursor_sign, run_pytest
from glue_sandbox.dev.cursor_sign import Sign

SLOW = """
import time

time.sleep(1.3)  # while it is collected

def test_slow():
    print("what a test prints")
    time.sleep(1.3)
"""


def writer_on(terminal: io.StringIO) -> Any:
    return SimpleNamespace(write=lambda text, **_: terminal.write(text))


def wait_for_a_frame(terminal: io.StringIO) -> None:
    deadline = time.monotonic() + 30
    while not terminal.getvalue().endswith("\b"):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_moves_in_a_silence_at_the_cursor_and_is_gone_before_anything_else_comes() -> None:
    terminal = io.StringIO()
    writer, sign = writer_on(terminal), Sign(terminal, silence=0)
    sign.begin(writer)
    for text in ("..", "F", "\n"):
        writer.write(text)
        wait_for_a_frame(terminal)
    sign.end()
    assert shown_on(20, terminal.getvalue()) == "..F"


def test_where_much_is_written_it_is_not_there() -> None:
    terminal = io.StringIO()
    writer, sign = writer_on(terminal), Sign(terminal, silence=600)
    sign.begin(writer)
    writer.write("..F")
    sign.end()
    assert terminal.getvalue() == "..F"


def test_of_a_run_of_tests_the_same_stands_there_as_without_it(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_slow.py").write_text(SLOW)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "pytest", "-q"]
    screens = [
        watch([*command, *plugin], 80, environment, tmp_path, 500).screen.partition(" in ")[0]
        for plugin in ((), ("-p", "glue_sandbox.dev.tests_at_work"))
    ]
    assert screens[0] == screens[1]
    assert screens[0].startswith(".  ")


def test_while_pytest_itself_is_loaded_there_is_one_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(cursor_sign, "open_terminal", lambda: terminal)
    monkeypatch.setattr(cursor_sign, "SILENCE", 0)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    first = cursor_sign.FirstSign()
    first.begin()
    wait_for_a_frame(terminal)
    first.end()
    assert shown_on(20, terminal.getvalue()) == ""


def test_pytest_is_run_as_by_its_own_command(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "beside.py").write_text("")
    (tmp_path / "test_quick.py").write_text("import beside\n\ndef test_quick():\n    assert beside is None\n")
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    runs = [
        watch([sys.executable, *command, "-q"], 80, environment, tmp_path, 500)
        for command in (("-m", "pytest"), (run_pytest.__file__, "-p", "glue_sandbox.dev.tests_at_work"))
    ]
    assert [run.code for run in runs] == [1, 1]
    first, second = (run.screen.partition("1 failed")[0] for run in runs)
    assert first == second
    assert "assert beside is None" in first
