"""What each command needs set up, and the set-up itself: missing things in parallel, each once."""

from __future__ import annotations

import fcntl
import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from glue_sandbox.mode import CONTAINERS, EMBEDDED
from glue_sandbox.setup.environments import Environments
from glue_sandbox.setup.jars import fetch_jars, jars_ready
from glue_sandbox.setup.java import find_java
from glue_sandbox.setup.report import Report, SetupError

SERVICES = ("glue", "airflow", "ministack")
# Slow ones first: glue builds Spark from source while the others download.
ENVIRONMENTS = {
    "up": (*SERVICES, "sandbox"),
    "demo": (*SERVICES, "sandbox"),
    "setup": (*SERVICES, "dev", "sandbox"),
    "test": (*SERVICES, "dev", "sandbox"),
    "soak": (*SERVICES, "dev", "sandbox"),
    "bench": (*SERVICES, "dev", "sandbox"),
    # glue and airflow: its tests run jobs and import the DAG in the environments these have.
    "test unit": ("glue", "airflow", "dev", "sandbox"),
    "lint": ("dev", "sandbox"),
}
# Those that only talk to the services need no more where the services are containers.
IN_CONTAINERS = dict.fromkeys(("up", "demo"), ("sandbox",))
MARKER = ".music-streams-sandbox"


def environments_for(arguments: Sequence[str], mode: str = EMBEDDED) -> tuple[str, ...]:
    """Names of the environments that a command line needs; most commands only talk to what runs."""
    words = [word for word in arguments if not word.startswith("-")]
    if "--help" in arguments:
        return ("sandbox",)
    wanted = ENVIRONMENTS | (IN_CONTAINERS if mode == CONTAINERS else {})
    return wanted.get(" ".join(words[:2])) or wanted.get(words[0] if words else "") or ("sandbox",)


def set_up(home: Path, locks: Path, names: Sequence[str]) -> bool:
    """Install what is missing; True when something was. Raises SetupError with the next command."""
    report = Report(home / "logs" / "setup.log")
    environments = Environments(home, locks, report)
    if not _missing(environments, home, locks, names):
        return False
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).touch()
    with (home / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second command waits here and then finds everything done
        missing = _missing(environments, home, locks, names)
        if "uv" in missing:
            report.step("uv", environments.install_uv)
        steps: dict[str, Callable[[], str]] = {name: partial(environments.install, name) for name in missing}
        steps |= {
            "java": partial(_install_java, environments),
            "jars": partial(fetch_jars, home, locks, report),
        }
        # In this order: the jars are fetched by Java, with the Ivy that lies in glue.
        spark_lane = [name for name in ("java", "glue", "jars") if name in missing]
        lanes = [spark_lane] + [[name] for name in missing if name not in {"uv", *spark_lane}]
        _in_parallel([partial(_walk, lane, steps, report) for lane in lanes])
    return True


def _missing(environments: Environments, home: Path, locks: Path, names: Sequence[str]) -> list[str]:
    missing = [name for name in names if not environments.ready(name)]
    if "glue" in names and find_java(home) is None:
        missing.insert(0, "java")
    if "glue" in names and not jars_ready(home / "jars", locks / "spark_jars.sha256"):
        missing.append("jars")
    needs_uv = [name for name in missing if name != "jars"]
    return ["uv", *missing] if needs_uv and not environments.ready("uv") else missing


def _walk(lane: Sequence[str], steps: Mapping[str, Callable[[], str]], report: Report) -> None:
    for name in lane:
        report.step(name, steps[name])


def _install_java(environments: Environments) -> str:
    if platform.machine() in {"aarch64", "arm64"} and platform.system() == "Linux":
        raise SetupError("expected Java 17, found none", "sudo apt-get install openjdk-17-jre-headless")
    return environments.install("java")


def _in_parallel(lanes: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(max_workers=3) as pool:
        done, waiting = wait([pool.submit(lane) for lane in lanes], return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
    for future in done:
        future.result()
