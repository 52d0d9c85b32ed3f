"""While tests say nothing, a sign moves at the cursor: of `make test`, too, one sees that it is at work."""

from __future__ import annotations

import io
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pseudo_terminal import watch
from terminal_screen import shown_on

from glue_sandbox.dev.tests_at_work import Sign

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
