"""The command `test`: the project's own tests, in a process that finds the sandbox."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from glue_sandbox.errors import SandboxError
from glue_sandbox.project.file import FILE
from glue_sandbox.settings import Settings

OWN_PROGRAMS = Path(sys.executable).parent
"""Of the Python that glue-sandbox is installed for: its pytest has the fixtures."""


def run_tests(settings: Settings, words: Sequence[str]) -> int:
    """Run the tests' command with more words in the project's folder; return its exit code.

    boto3 without arguments finds the sandbox there, and no account of the user's.

    Raises:
        SandboxError: its program is not installed.
    """
    program, *arguments = shlex.split(settings.project.tests.command)
    path = os.pathsep.join([str(OWN_PROGRAMS), os.environ.get("PATH", "")])
    found = shutil.which(program, path=str(OWN_PROGRAMS) if program == "pytest" else path)
    if found is None:
        raise SandboxError(
            f"{program}, which runs the tests, {'beside glue-sandbox' if program == 'pytest' else 'on PATH'}",
            f"none in {OWN_PROGRAMS}" if program == "pytest" else "none",
            f"{sys.executable} -m pip install {program}"
            if program == "pytest"
            else f"install it, or correct tests.command in {FILE}",
        )

    command = [found, *arguments, *words]
    with _signals_kept() as (told, running):
        running.append(subprocess.Popen(command, cwd=settings.root, env=os.environ | {"PATH": path}))
        for number in told:  # which came while they were started
            running[0].send_signal(number)
        code = running[0].wait()
    return code if code >= 0 else 128 - code  # as a shell says it of one that a signal has ended


@contextmanager
def _signals_kept() -> Iterator[tuple[list[int], list[subprocess.Popen[bytes]]]]:
    """Pass on to processes what this one is told, so that they clean up; yield it and them, none at first.

    The terminal's Ctrl-C reaches them by itself.
    """
    told: list[int] = []
    running: list[subprocess.Popen[bytes]] = []

    def pass_on(number: int, _: object) -> None:
        told.append(number)
        for process in running:
            process.send_signal(number)

    before = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, pass_on),
    }
    try:
        yield told, running
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
