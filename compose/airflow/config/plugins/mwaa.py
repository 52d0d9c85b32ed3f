"""Airflow's web server answers MWAA's API, too, for the endpoint of AWS, and paths of MWAA's web server.

Never deployed: MWAA has its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from glue_sandbox.airflow.mwaa.environment import read_environment
from glue_sandbox.airflow.mwaa.server import PREFIX, AsgiServer

ENVIRONMENT = read_environment(os.environ)
TLS = os.environ.get("AIRFLOW_LAUNCHER_TLS")


def _server() -> list[dict[str, Any]]:
    if ENVIRONMENT is None:
        return []
    app = AsgiServer(ENVIRONMENT, Path(TLS) if TLS else None)
    return [{"app": app, "url_prefix": PREFIX, "name": "mwaa"}]


class MwaaPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not in this environment
    """Mounts the answers at one prefix."""

    name = "mwaa"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = _server()
