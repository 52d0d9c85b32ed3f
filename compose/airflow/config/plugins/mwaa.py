"""Airflow's web server answers MWAA's API, too, for the endpoint of AWS, and paths of MWAA's web server.

Never deployed: MWAA has its own.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar

from airflow import __version__
from airflow.plugins_manager import AirflowPlugin

from glue_sandbox.airflow.mwaa.environment import read_environment
from glue_sandbox.airflow.mwaa.server import PREFIX, AsgiServer, flask_blueprint

ENVIRONMENT = read_environment(os.environ)
TLS = Path(os.environ["AIRFLOW_LAUNCHER_TLS"]) if "AIRFLOW_LAUNCHER_TLS" in os.environ else None
IS_AIRFLOW_2 = __version__.startswith("2.")


def _app() -> list[dict[str, Any]]:
    if ENVIRONMENT is None or IS_AIRFLOW_2:
        return []
    return [{"app": AsgiServer(ENVIRONMENT, TLS), "url_prefix": PREFIX, "name": "mwaa"}]


def _blueprint() -> list[Any]:
    if ENVIRONMENT is None or not IS_AIRFLOW_2:
        return []
    from airflow.www.app import csrf

    blueprint = flask_blueprint(ENVIRONMENT, TLS)
    csrf.exempt(blueprint)  # no page sends these requests
    return [blueprint]


class MwaaPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not in this environment
    """Mounts the answers at one prefix."""

    name = "mwaa"
    fastapi_apps: ClassVar[list[dict[str, Any]]] = _app()
    flask_blueprints: ClassVar[list[Any]] = _blueprint()
