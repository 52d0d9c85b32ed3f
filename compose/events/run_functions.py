"""Runs the Lambda functions of the templates where the emulator cannot: one process for each.

    FUNCTIONS='[{"HANDLER": …, "QUEUE_NAME": …}, {"HANDLER": …, "PORT": "8080"}]' python run_functions.py

Each object is the environment of one function. One with a PORT answers HTTP (serve_handler.py), any other is
called for what arrives in its queue (run_handler.py). Where one ends, all end: the container is seen to be
dead, and is started again by whoever looks after it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> int:
    """Start all, and wait until SIGTERM or the first end; return the exit code."""
    processes = [_start(function) for function in json.loads(os.environ["FUNCTIONS"])]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        ended, status = os.wait()
        print(f"process {ended} of a function has ended: {os.waitstatus_to_exitcode(status)}", flush=True)
        return 1
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _start(function: dict[str, str]) -> subprocess.Popen[bytes]:
    script = "serve_handler.py" if "PORT" in function else "run_handler.py"
    return subprocess.Popen([sys.executable, str(FOLDER / script)], env={**os.environ, **function})


if __name__ == "__main__":
    sys.exit(main())
