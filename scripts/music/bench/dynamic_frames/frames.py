"""DynamicFrames beside plain DataFrames: what their transforms cost, in CPU seconds."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import local_glue
from glue_sandbox.errors import SandboxError
from glue_sandbox.terminal.console import step
from local_glue.setup.install import SPARK
from local_glue.setup.java import find_java
from music.bench.rows import CPU, Result, Size

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

ROWS = 1_000_000
_CHAIN = Path(__file__).with_name("frame_chain.py")
SHIM = Path(local_glue.__file__).parent / "awsglue_shim"
_SUBMIT = (
    *("--master", "local[2]", "--driver-memory", "1500m", "--conf", "spark.ui.enabled=false"),
    *("--conf", "spark.ui.showConsoleProgress=false", "pyspark-shell"),
)


def measure_frames(settings: Settings, size: Size) -> list[Result]:
    """Return the CPU time of ten transforms of DynamicFrames beside the same in DataFrames, answers equal.

    Raises:
        SandboxError: the answers differ, or Spark failed; with what it said.
    """
    rows = size.of(ROWS)
    with step(f"ten transforms of {rows:,} rows by DynamicFrames and by DataFrames"):
        seconds = _measure_chain(settings, rows, size.rounds)
    title = f"ten DynamicFrame transforms, {rows:,} rows, answers equal"
    return [Result(title, CPU, seconds["frames"], 1.3, "plain DataFrames", seconds["plain"])]


def _measure_chain(settings: Settings, rows: int, rounds: int) -> dict[str, list[float]]:
    java = find_java(settings.home)
    env = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(SHIM),
        "PYSPARK_SUBMIT_ARGS": " ".join(_SUBMIT),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "AWS_DEFAULT_REGION": settings.region,
        **({"JAVA_HOME": str(java)} if java else {}),
    }
    command = [str(settings.python(SPARK)), str(_CHAIN), str(rows), str(rounds)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        found = f"exit code {done.returncode}"
        raise SandboxError("two equal answers", found, "make bench ONLY=frames", done.stderr[-2000:])

    seconds: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return seconds
