"""Airflow's web server answers the hosts and web pages that the other services of the sandbox answer, too.

A plugin is Airflow's own way to stand before all of its routes. Never deployed: DAG files know nothing of it.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from local_glue.http.origins import AccessGuard, read_rules


class AccessGuardPlugin(AirflowPlugin):  # type: ignore[misc]  # Airflow is not in this environment
    """Refuses what a web page elsewhere sends, and names that only lead here."""

    name = "access_guard"
    fastapi_root_middlewares: ClassVar[list[dict[str, Any]]] = [
        {"middleware": AccessGuard, "kwargs": {"rules": read_rules(os.environ)}, "name": "access guard"}
    ]
