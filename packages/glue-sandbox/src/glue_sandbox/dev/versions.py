"""What a machine's tests ran with: the versions that a proof names."""

from __future__ import annotations

import platform
from importlib.metadata import distributions

from glue_sandbox.settings import Settings

OF_AIRFLOW = ("apache-airflow", "apache-airflow-providers-amazon")
NAMED = {"glue": ("boto3", "pyspark"), "ministack": ("ministack",)}
"""Environment → the packages of it whose behaviour the tests prove; the project's Airflow is another."""


def versions(settings: Settings) -> dict[str, str]:
    """Return the installed versions by package, and Python's; what is not installed is left out."""
    found = {"python": platform.python_version()}
    airflow = settings.project.airflow.python_environment
    for environment, names in {airflow: OF_AIRFLOW, **NAMED}.items():
        prefix = settings.python(environment).parent.parent
        folders = [str(folder) for folder in sorted(prefix.glob("lib/python*/site-packages"))]
        for package in distributions(path=folders) if folders else ():
            if package.name in names:
                found[package.name] = package.version
    return found
