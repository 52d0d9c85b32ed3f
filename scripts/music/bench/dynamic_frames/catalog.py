"""from_catalog of a table with many partitions beside one with few: what is left out by a predicate costs."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.errors import SandboxError
from glue_sandbox.notebooks.spark import kernel_environment
from glue_sandbox.terminal.console import step
from local_glue.setup.install import SPARK
from music.bench.dynamic_frames.frames import SHIM
from music.bench.jobs.growth import bench_of
from music.bench.rows import Result, Size

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

PARTITIONS, FEW = 10_000, 10
_READS = Path(__file__).with_name("catalog_reads.py")


def measure_catalog(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds until one partition of many is read, beside one of few, the same rows in it.

    Raises:
        SandboxError: the rows differ, or Spark failed; with what it said.
    """
    partitions = max(FEW, size.of(PARTITIONS))
    with (
        bench_of(settings, warm_drivers=0) as bench,
        kernel_environment(bench.settings) as kernel,
        step(f"from_catalog, one partition of {partitions:,} and one of {FEW}"),
    ):
        env = {**kernel, "PYTHONPATH": f"{SHIM}{os.pathsep}{kernel['PYTHONPATH']}"}
        numbers = map(str, (partitions, FEW, size.rounds))
        command = [str(settings.python(SPARK)), str(_READS), bench.bucket, *numbers]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    if done.returncode:
        found = f"exit code {done.returncode}"
        raise SandboxError("two equal answers", found, "make bench ONLY=catalog", done.stderr[-2000:])

    seconds: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    title = f"from_catalog, a predicate leaves one of {partitions:,} partitions"
    return [Result(title, "s", seconds["many"], 1.5, f"one of {FEW}", seconds["few"])]
