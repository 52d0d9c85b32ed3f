"""Which environments each command needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from glue_sandbox.mode import CONTAINERS, EMBEDDED
from local_glue.setup.environments import Environments
from local_glue.setup.install import install
from local_glue.setup.report import Report

SERVICES = ("glue", "airflow", "ministack")
# Slow ones first: glue builds Spark from source while the others download.
ENVIRONMENTS = {
    "up": (*SERVICES, "sandbox"),
    "demo": (*SERVICES, "sandbox"),
    "setup": (*SERVICES, "dev", "sandbox"),
    "test": (*SERVICES, "dev", "sandbox"),
    "soak": (*SERVICES, "dev", "sandbox"),
    "bench": (*SERVICES, "dev", "sandbox"),
    "chaos": (*SERVICES, "dev", "sandbox"),
    # glue and airflow: its tests run jobs and import the DAG in the environments these have.
    "test unit": ("glue", "airflow", "dev", "sandbox"),
    "lint": ("dev", "sandbox"),
    "format": ("dev", "sandbox"),
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
    """Install what is missing; return whether anything was.

    Raises:
        SetupError: a step failed; it says what to type next.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / MARKER).touch()
    report = Report(home / "logs" / "setup.log")
    return install(Environments(home, report, [locks]), names)
