"""One run's process: started under the guard, its output read line by line, ended as a whole."""

import codecs
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local_glue.runs.files import RunFolder, write_private

_GUARD = Path(__file__).with_name("guard.py")
_RUN_SCRIPT = Path(__file__).with_name("run_script.py")
# A longer line, such as one that never ends, comes in pieces.
_MAX_LINE_BYTES = 4 * 1024 * 1024
_TAIL_LINES = 400
_TAIL_LINE_CHARS = 20_000
_UNGUARDED_SECONDS = 5.0


@dataclass(frozen=True)
class LaunchPlan:
    """What to start: program and arguments, the whole environment, the folder it works in."""

    argv: list[str]
    env: dict[str, str]
    cwd: Path


def script_command(folder: RunFolder, script: Path, argv: list[str]) -> list[str]:
    """Return what Python is to run for a job's script: the script, and beside it what notes how it ended."""
    arguments = arguments_file(folder, argv)
    return [str(_RUN_SCRIPT), str(folder.error), str(folder.refused), str(arguments), str(script)]


def arguments_file(folder: RunFolder, argv: list[str]) -> Path:
    """Write arguments for a program that is told the file: everybody may read a command line."""
    return write_private(folder.make("report") / "arguments", json.dumps(argv))


class Process:
    """A started plan. `kill` ends all of its processes, and so does the death of this service."""

    def __init__(
        self,
        plan: LaunchPlan,
        on_output: Callable[[str], None],
        on_error: Callable[[str], None],
        *,
        holds_input: bool = False,
        joins_streams: bool = False,
    ) -> None:
        # Spark writes what its Python driver writes to stderr to its own stdout: keep both ends.
        self.output_tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self.error_tail: deque[str] = deque(maxlen=_TAIL_LINES)
        watched, self._lifeline = os.pipe()

        try:
            self._popen = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_GUARD), str(watched), *plan.argv],
                env=plan.env,
                cwd=plan.cwd,
                stdin=subprocess.PIPE if holds_input else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if joins_streams else subprocess.PIPE,
                pass_fds=(watched,),
                start_new_session=True,
            )
        except BaseException:
            os.close(self._lifeline)
            raise
        finally:
            os.close(watched)

        self._lock = threading.Lock()
        self._is_held = True
        self._readers = [
            threading.Thread(target=_read, args=arguments, daemon=True)
            for arguments in (
                (self._popen.stdout, on_output, self.output_tail),
                (self._popen.stderr, on_error, self.error_tail),
            )
            if arguments[0]
        ]
        for reader in self._readers:
            reader.start()

    def wait(self, seconds: float) -> int | None:
        """Return the exit code, or None when the process still runs after that time."""
        try:
            return self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def tell(self, line: str) -> None:
        """Give the program that waits on its input a line, the last one; nothing where it has ended."""
        if self._popen.stdin:
            with contextlib.suppress(BrokenPipeError), self._popen.stdin as pipe:
                pipe.write(f"{line}\n".encode())

    def end_input(self) -> None:
        """Close the standard input that was held open: the sign to end for a program that waits on it."""
        if self._popen.stdin:
            self._popen.stdin.close()

    def kill(self) -> None:
        """End the whole process tree: first politely, two seconds later by force."""
        with self._lock:
            if self._is_held:
                os.close(self._lifeline)
            self._is_held = False

    def finish(self) -> int:
        """Wait for the end and for the last line; return the exit code."""
        code = self._popen.wait()
        self.kill()
        self.end_input()
        for reader in self._readers:
            # Without its guard, what the command has started may live on, and hold the pipes open.
            reader.join(_UNGUARDED_SECONDS if code < 0 else None)
        return code


def _read(pipe: IO[bytes], receive: Callable[[str], None], tail: deque[str]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a piece may end inside a character
    with pipe:
        for raw in iter(lambda: pipe.readline(_MAX_LINE_BYTES), b""):
            is_whole = len(raw) < _MAX_LINE_BYTES or raw.endswith(b"\n")
            line = decoder.decode(raw, final=is_whole).rstrip("\r\n")
            receive(line)
            tail.append(line[:_TAIL_LINE_CHARS])
