"""Installs what is missing of some environments: independent things in parallel, each once."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path

from local_glue.setup.environments import LOCKS, Environments
from local_glue.setup.jars import SUMS, fetch_jars, jars_ready
from local_glue.setup.java import find_java
from local_glue.setup.report import SetupError
from local_glue.setup.turn import turn

SPARK = "glue"  # the environment that jobs run in; it comes with Java and the jars with which Spark reads S3
LOCK = "setup.lock"
UV, JAVA, JARS = "uv", "java", "jars"
_AT_ONCE = 3


def install(environments: Environments, names: Sequence[str], command: str) -> bool:
    """Install what is missing of these environments; return whether anything was.

    Another `command` that comes meanwhile waits, and then finds everything done.

    Raises:
        SetupError: a step failed; it says what to type next.
    """
    if not _missing(environments, names):
        return False

    home = environments.home
    home.mkdir(parents=True, exist_ok=True)

    with turn(home / LOCK, command, environments.report.waiting_for):
        missing = _missing(environments, names)

        if UV in missing:
            environments.report.step(UV, environments.install_uv)

        steps: dict[str, Callable[[], str]] = {name: partial(environments.install, name) for name in missing}
        steps[JAVA] = partial(_install_java, environments)
        steps[JARS] = partial(fetch_jars, home, environments.report)

        # In this order: the jars are fetched by Java, with the Ivy that is part of Spark.
        spark_lane = [name for name in (JAVA, SPARK, JARS) if name in missing]
        lanes = [spark_lane] + [[name] for name in missing if name not in {UV, *spark_lane}]
        _in_parallel([partial(_walk, lane, steps, environments) for lane in lanes])

    return True


def _missing(environments: Environments, names: Sequence[str]) -> list[str]:
    missing = [name for name in names if not environments.ready(name)]
    if SPARK in names and find_java(environments.home) is None:
        missing.insert(0, JAVA)
    if SPARK in names and not jars_ready(environments.home / JARS, LOCKS / SUMS):
        missing.append(JARS)

    needs_uv = [name for name in missing if name != JARS]
    return [UV, *missing] if needs_uv and not environments.ready(UV) else missing


def _walk(lane: Sequence[str], steps: Mapping[str, Callable[[], str]], environments: Environments) -> None:
    for name in lane:
        environments.report.step(name, steps[name], environments.size(name))


def _install_java(environments: Environments) -> str:
    if platform.machine() in {"aarch64", "arm64"} and platform.system() == "Linux":
        raise SetupError("expected Java 17, found none", "sudo apt-get install openjdk-17-jre-headless")
    return environments.install(JAVA)


def _in_parallel(lanes: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        done, waiting = wait([pool.submit(lane) for lane in lanes], return_when=FIRST_EXCEPTION)
        for future in waiting:
            future.cancel()
    for future in done:
        future.result()


def installed(home: Path) -> dict[str, str]:
    """Return the service's settings for what is set up below `home`, by variable; {} where nothing is."""
    spark, java = spark_home(home), find_java(home)
    if spark is None:
        return {}
    settings = {
        "GLUE_JOB_PYTHON": home / "envs" / SPARK / "bin" / "python",
        "GLUE_SPARK_HOME": spark,
        "GLUE_SPARK_JARS": home / JARS,
        **({"GLUE_JAVA_HOME": java} if java else {}),
    }
    return {name: str(path) for name, path in settings.items()}


def spark_home(home: Path) -> Path | None:
    """Return the folder of the Spark that is set up below `home`, or None."""
    return next(home.glob(f"envs/{SPARK}/lib/python3*/site-packages/pyspark"), None)
