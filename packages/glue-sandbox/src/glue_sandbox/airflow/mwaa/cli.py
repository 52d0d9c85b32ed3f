"""Commands of Airflow's own command line, as MWAA's web server runs them. Standard library only."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
import sys

from glue_sandbox.airflow.mwaa.http import Answer

SECONDS = 120
# What MWAA runs, too: nothing that starts, migrates or reconfigures Airflow itself.
_ALLOWED = frozenset(
    (
        *("assets", "backfill", "cheat-sheet", "connections", "dags", "pools", "providers", "roles"),
        *("tasks", "variables", "version"),
    )
)


def run_command(text: str) -> Answer:
    """Run one command, such as `dags trigger my_dag`; its output is base64 in JSON, as MWAA gives it."""
    try:
        arguments = shlex.split(text)
    except ValueError as error:
        return _output(400, "", f"The command can't be read: {error}")
    if not arguments or arguments[0] not in _ALLOWED:
        found = arguments[0] if arguments else "no command"
        return _output(400, "", f"Expected one of {', '.join(sorted(_ALLOWED))}, found {found}")

    try:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _output(400, "", f"airflow {text} was stopped: it took more than {SECONDS} s")
    return _output(400 if done.returncode else 200, done.stdout, done.stderr)


def _output(status: int, stdout: str, stderr: str) -> Answer:
    content = {"stdout": _encoded(stdout), "stderr": _encoded(stderr)}
    return Answer(status, json.dumps(content).encode())


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
