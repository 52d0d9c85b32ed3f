"""The DAGs' requirements.txt beside the DAG folder, and what of it Airflow's image has at another version.

The lock of the sandbox's Airflow stands for the image: it is the set that MWAA's own has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glue_sandbox.project.file import Project
from glue_sandbox.resources import LOCKS

FILE = "requirements.txt"
"""Its key in the bucket of the DAG folder."""
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==\s*([^\s;#\\]+)", re.MULTILINE)


def image_lock(project: Project) -> str:
    """Return the lock of the Airflow that the project names."""
    return (LOCKS / f"{project.airflow.python_environment}.txt").read_text(encoding="utf-8")


def image_differences(requirements: str, lock: str) -> Iterator[str]:
    """Yield each package that is required at another version than the image has, in words."""
    image = _pins(lock)
    for name, version in sorted(_pins(requirements).items()):
        if image.get(name, version) != version:
            yield f"{name} {version}, Airflow's image has {image[name]}"


def _pins(text: str) -> dict[str, str]:
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in _PIN.findall(text)}
