"""A command ends with its last word: what was registered is done, what it has loaded is not taken apart."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from checkout import ROOT

COMMAND = """
import atexit, sys, threading
stay = threading.Event()
from glue_sandbox.terminal.leaving import leave

class Loaded:
    def __del__(self):
        sys.stdout.write("taken apart ")

loaded = Loaded()
atexit.register(sys.stdout.write, "registered ")
sys.stdout.write("said ")
if "thread" in sys.argv:
    threading.Thread(target=lambda: (stay.wait(0.2), print("done"))).start()
try:
    sys.exit({code})
except SystemExit as end:
    leave(end)
"""


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("", [], (0, "said registered ", "")),
        ("3", [], (3, "said registered ", "")),
        ("'why'", [], (1, "said registered taken apart ", "why\n")),
    ],
    ids=["success", "failure", "a message"],
)
def test_it_ends_at_once_as_it_was_to_end(
    code: str, words: list[str], expected: tuple[int, str, str]
) -> None:
    done = run(code, words)
    assert (done.returncode, done.stdout, done.stderr) == expected


def test_a_thread_comes_to_its_end() -> None:
    assert "done" in run("", ["thread"]).stdout


def run(code: str, words: list[str]) -> subprocess.CompletedProcess[str]:
    path = str(ROOT / "packages/glue-sandbox/src")
    return subprocess.run(
        [sys.executable, "-c", COMMAND.format(code=code), *words],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
