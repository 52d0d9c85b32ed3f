"""A step that takes long shows that it is at work, on a terminal and in a log of a CI run."""

from __future__ import annotations

import io
import re
import threading
from pathlib import Path

import pytest

from local_glue.setup.progress import ERASE_LINE, Progress


class Stream(io.StringIO):
    """What a program writes; as a terminal it has a width, as a file it has none."""

    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal
        self.told = threading.Event()

    def isatty(self) -> bool:
        return self._is_terminal

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.getvalue().count("…") == 2:
            self.told.set()
        return written


def told(stream: Stream, folder: Path) -> str:
    """Wait, as two steps at work do, until two signs of life are there; return all that was written."""
    progress = Progress(folder, stream, seconds=0.01)
    with progress.during("glue"), progress.during("airflow"):
        assert stream.told.wait(30)
        (folder / "downloaded").write_bytes(b"x")
    progress.print("  glue         230 packages (30.0 s)")
    return stream.getvalue()


def test_elsewhere_than_on_a_terminal_it_is_a_line_now_and_then(tmp_path: Path) -> None:
    lines = told(Stream(is_terminal=False), tmp_path).splitlines()
    assert all(
        re.fullmatch(r"  … (glue \d s)(, airflow \d s)?(; [\d,]+ MB so far)?", each) for each in lines[:-1]
    )
    assert lines[-1] == "  glue         230 packages (30.0 s)"


def test_on_a_terminal_one_line_is_written_again_and_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "12")
    written = told(Stream(is_terminal=True), tmp_path)
    shown, last = written.rsplit(ERASE_LINE, 1)
    assert last == "  glue         230 packages (30.0 s)\n"
    assert {line for line in shown.split(ERASE_LINE) if line} == {"  … glue 0 s"[:11]}
    assert "\n" not in shown


def test_what_has_come_is_counted_from_the_first_step_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = iter([5_000_000_000, 4_588_000_000])
    monkeypatch.setattr("local_glue.setup.progress._free_bytes", lambda _: next(free))
    progress = Progress(tmp_path, Stream(is_terminal=True), seconds=60)
    with progress.during("glue"):
        assert progress.line() == "  … glue 0 s; 412 MB so far"
