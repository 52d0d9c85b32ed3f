"""The sandbox while nobody uses it, and `make up` and `make demo`: what they cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from glue_sandbox.bench.harness import own_sandbox, restart, seconds_of
from glue_sandbox.bench.usage import GB, cpu_of_all, memory_of_all
from glue_sandbox.errors import SandboxError
from glue_sandbox.machine.ports import free_ports
from glue_sandbox.start import start
from glue_sandbox.terminal.console import step
from music.bench.jobs.glue_starts import wait_for_a_warm_driver
from music.bench.rows import Result, Size

if TYPE_CHECKING:
    from glue_sandbox.settings import Settings

SETTLED_SECONDS = 300
"""After this long a started sandbox does nothing by itself any more."""
LOOK_SECONDS = 60
PORTS = ("SANDBOX_PORT", "EMULATOR_PORT", "AIRFLOW_PORT", "HISTORY_PORT")
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "JAVA_HOME", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT")


def measure_idle(settings: Settings, size: Size) -> list[Result]:
    """Return the percent of a core and the memory of all processes, one warm driver among them."""
    cpu, memory = [], []
    with own_sandbox(settings) as mine:
        start(mine)
        wait_for_a_warm_driver(mine)

        with step(f"wait {SETTLED_SECONDS} s, then look {size.rounds} times"):
            time.sleep(SETTLED_SECONDS)
            for _ in range(size.rounds):
                before, began = cpu_of_all(mine.state), time.monotonic()
                time.sleep(LOOK_SECONDS)
                used = cpu_of_all(mine.state) - before
                cpu.append(100 * used / (time.monotonic() - began))
                memory.append(memory_of_all(mine.state) / GB)

    return [
        Result("idle sandbox, five minutes after up: CPU", "% of a core", cpu, 3),
        Result("idle sandbox: memory, with one warm driver", "GB", memory, 1),
    ]


def measure_up_again(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds from `make up` to all healthy, where everything was there before."""
    with own_sandbox(settings) as mine:
        start(mine)
        seconds = [restart(mine) for _ in range(size.rounds)]
    return [Result("`make up` again, to all healthy", "s", seconds, 8)]


def measure_demo(settings: Settings, size: Size) -> list[Result]:
    """Return the seconds of `make demo` in a fresh clone, with the caches of the package clients empty.

    Raises:
        SandboxError: it failed; with the end of what it printed.
    """
    seconds = []
    for _ in range(size.rounds):
        with tempfile.TemporaryDirectory() as folder:
            seconds.append(_demo(settings.root, Path(folder)))
    return [Result("`make demo` in a fresh clone, caches empty", "s", seconds, 100)]


def _demo(root: Path, folder: Path) -> float:
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
    configured = ("PIP_", "UV_")  # where packages come from, but not what was kept of them
    env = {
        **{name: value for name, value in os.environ.items() if name in KEPT or name.startswith(configured)},
        **{name: str(port) for name, port in zip(PORTS, free_ports(len(PORTS)), strict=True)},
        "UV_CACHE_DIR": str(folder / "uv"),
        "PIP_CACHE_DIR": str(folder / "pip"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }

    def make(target: str) -> None:
        done = subprocess.run(
            ["make", target], cwd=clone, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            found = f"exit code {done.returncode}"
            raise SandboxError(f"make {target} in a fresh clone to work", found, "make demo", done.stdout)

    try:
        with step("make demo in a fresh clone"):
            return seconds_of(lambda: make("demo"))
    finally:
        make("down")
